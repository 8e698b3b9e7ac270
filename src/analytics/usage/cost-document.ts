import type { BudgetState } from '../../schema/usage-analytics.ts';
import type { CostReport, CostRow } from './cost-report.ts';
import type { PeriodUsage } from './ledgers.ts';
import { toMoney } from './money.ts';
import { toListPrice } from './usage-sums.ts';

export function usageDocument(usage: PeriodUsage): object {
  const { cost, listPrice, tokens, responses, cacheShare, uncoveredDays, unpricedModels } = usage;
  return {
    costUsd: toMoney(cost),
    ...toListPrice(listPrice),
    cacheShare,
    uncoveredDays,
    unpricedModels,
    tokens,
    responses,
  };
}

function rowDocument({ usage, previous, change }: CostRow): object {
  if (previous === null) return usageDocument(usage);
  const before = { costUsd: toMoney(previous.cost), uncoveredDays: previous.uncoveredDays };
  return { ...usageDocument(usage), previous: before, changeUsd: toMoney(change) };
}

/** Returns the document of `cost --json`. */
export const costDocument = (
  report: CostReport,
  { timeZone, budgets }: { readonly timeZone: string; readonly budgets: readonly BudgetState[] },
): object => ({
  schemaVersion: 1,
  by: report.by,
  timeZone,
  from: report.from,
  to: report.to,
  ledgers: report.ledgers.map((cost) => ({
    name: cost.ledger.name,
    sources: cost.ledger.sources,
    costBasis: cost.ledger.costBasis,
    coveredFrom: cost.ledger.coveredFrom,
    coveredTo: cost.ledger.coveredTo,
    ...rowDocument(cost),
    rows: cost.rows.map((row) => ({ key: row.key, ...row.period, ...rowDocument(row) })),
  })),
  budgets,
});

/** Returns a record per row: ledger, key, cost, list price, share of the cache, unknown days, cost before, change. */
export const costRecords = ({
  ledgers,
}: CostReport): readonly (readonly (string | number | null)[])[] =>
  ledgers.flatMap(({ ledger, rows }) =>
    rows.map(({ key, usage, previous, change }) => [
      ...[ledger.name, key, toMoney(usage.cost), toMoney(usage.listPrice ?? null)],
      ...[usage.cacheShare, usage.uncoveredDays],
      ...(previous === null ? [] : [toMoney(previous.cost), toMoney(change)]),
    ]),
  );
