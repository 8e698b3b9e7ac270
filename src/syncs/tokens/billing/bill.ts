import { groupBy } from '../../../util/collections.ts';
import type { Day } from '../../../schema/timestamp.ts';
import type {
  CostComponent,
  TokenCounts,
  TokenEntry,
  TokenTotals,
} from '../../../schema/tokens.ts';
import { addCounts, addTokens, noTokens } from '../token-counts.ts';
import { formatDollars, parseDollars, type Picodollars } from '../pricing/money.ts';

/** A line of a bill: usage, a cost, or both. */
export interface BillRow {
  readonly date: Day;
  readonly model: string;
  readonly workspace: string | null;
  readonly serviceTier: string | null;
  readonly contextWindow: string | null;
  readonly tokens: TokenCounts;
  readonly responses: number | null;
  readonly cost: Picodollars | null;
  /** Whether the cost is for web searches. */
  readonly isSearch: boolean;
}

/** The complete response of an API. */
export interface Bill {
  readonly rows: readonly BillRow[];
  /** The UTC days for which it is complete. */
  readonly days: ReadonlySet<Day>;
  /** The first and the last covered UTC day, if they are not those that were requested. */
  readonly coverage?: readonly [from: Day, to: Day];
}

/** Returns entries of `daily` by date, model and workspace, with a breakdown. `today` is marked as partial. */
export function billedEntries(
  rows: readonly BillRow[],
  {
    source,
    today,
    costBasis,
  }: {
    readonly source: string;
    readonly today: Day;
    readonly costBasis: 'billed' | 'reported';
  },
): readonly TokenEntry[] {
  const keyOf = ({ date, model, workspace }: BillRow): string =>
    JSON.stringify([date, model, workspace]);
  return [...groupBy(rows, keyOf).values()].map((group): TokenEntry => {
    const { date, model, workspace } = group[0];
    const cost = costOf(group);
    const search = costOf(group.filter(({ isSearch }) => isSearch));
    const breakdown = breakdownOf(group);
    const responses = group.flatMap((row) => row.responses ?? []);
    return {
      date,
      source,
      model,
      workspace,
      tokens: tokensOf(group),
      responses: responses.length === 0 ? null : responses.reduce(addCounts),
      costUsd: dollarsOrNull(cost),
      ...(search === null ? {} : { searchCostUsd: formatDollars(search) }),
      costBasis: cost === null ? 'unknown' : costBasis,
      ...(date >= today ? { partial: true } : {}),
      ...(breakdown.length === 0 ? {} : { breakdown }),
    };
  });
}

/** Returns the exact sums of entries. */
export function totalsOf(entries: readonly TokenEntry[]): TokenTotals {
  const sum = (amounts: readonly (string | null | undefined)[]): Picodollars | null =>
    sumOf(amounts.map((amount) => (amount ? parseDollars(amount) : null)));
  const responses = entries.flatMap((entry) => entry.responses ?? []);
  const search = sum(entries.map(({ searchCostUsd }) => searchCostUsd));
  return {
    tokens: entries.reduce(
      (tokens, entry) => addTokens(tokens, entry.tokens ?? noTokens),
      noTokens,
    ),
    responses: responses.length === 0 ? null : responses.reduce(addCounts),
    costUsd: dollarsOrNull(sum(entries.map(({ costUsd }) => costUsd))),
    ...(search === null ? {} : { searchCostUsd: formatDollars(search) }),
  };
}

function breakdownOf(rows: readonly BillRow[]): CostComponent[] {
  if (rows.every(({ serviceTier, contextWindow }) => (serviceTier ?? contextWindow) === null)) {
    return [];
  }
  const keyOf = ({ serviceTier, contextWindow }: BillRow): string =>
    JSON.stringify([serviceTier, contextWindow]);
  return [...groupBy(rows, keyOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({
      serviceTier: group[0].serviceTier,
      contextWindow: group[0].contextWindow,
      tokens: tokensOf(group),
      costUsd: dollarsOrNull(costOf(group)),
    }));
}

const tokensOf = (rows: readonly BillRow[]): TokenCounts =>
  rows.reduce((tokens, row) => addTokens(tokens, row.tokens), noTokens);

const costOf = (rows: readonly BillRow[]): Picodollars | null =>
  sumOf(rows.map(({ cost }) => cost));

const sumOf = (amounts: readonly (Picodollars | null)[]): Picodollars | null =>
  amounts.reduce((sum, amount) => (amount === null ? sum : (sum ?? 0n) + amount), null);

const dollarsOrNull = (cost: Picodollars | null): string | null =>
  cost === null ? null : formatDollars(cost);
