import type { Day } from '../../schema/timestamp.ts';
import type { TokenEntry } from '../../schema/tokens.ts';
import { addDays } from '../../util/dates.ts';
import { getOrInsert } from '../../util/collections.ts';
import { isPeriodName, type CostGrouping } from '../../schema/cost-groupings.ts';
import { periodsBetween, previousPeriod, startOfPeriod } from './cost-periods.ts';
import { usageIn, type Ledger, type PeriodUsage } from './ledgers.ts';
import type { Micros } from './money.ts';
import { daysIn, type Period } from './usage-windows.ts';

export interface CostRow {
  /** The first day of a period, a model, an agent, a client or the id of a project; null for usage without one. */
  readonly key: string | null;
  readonly period: Period;
  readonly usage: PeriodUsage;
  /** Null without `compare`. */
  readonly previous: PeriodUsage | null;
  /** The difference to the previous cost; null if one is unknown, incomplete or not compared. */
  readonly change: Micros | null;
}

export interface LedgerCost extends CostRow {
  readonly ledger: Ledger;
  /** Periods, the oldest first, or groups, the most expensive first. */
  readonly rows: readonly CostRow[];
}

export interface CostReport {
  readonly by: CostGrouping;
  readonly from: Day;
  readonly to: Day;
  readonly ledgers: readonly LedgerCost[];
}

export interface CostQuery {
  readonly by: CostGrouping;
  readonly from: Day;
  readonly today: Day;
  /** Whether to compare with the period before. */
  readonly compare: boolean;
  readonly projectOf: (path: string) => string | null;
  readonly clientOf: (projectId: string | null) => string | null;
}

/** Returns the cost of each ledger by period or group. Bills have no projects, clients and agents and are omitted then. */
export function costReport(ledgers: readonly Ledger[], query: CostQuery): CostReport {
  const { by, today } = query;
  const from = isPeriodName(by) ? startOfPeriod(by, query.from) : query.from;
  const isLocal = by === 'project' || by === 'client' || by === 'agent';
  return {
    by,
    from,
    to: today,
    ledgers: ledgers
      .filter(({ name }) => !isLocal || name === 'agents')
      .map((ledger) => ledgerCost(ledger, { ...query, from })),
  };
}

function ledgerCost(ledger: Ledger, query: CostQuery): LedgerCost {
  const period = { from: query.from, to: query.today };
  const before = precedingDays(period);
  const total = costRow(null, period, query, {
    usage: usageIn(ledger, period),
    previous: usageIn(ledger, before),
  });
  const rows = isPeriodName(query.by)
    ? periodRows(ledger, query)
    : groupRows(ledger, query, { period, before });
  return { ...total, ledger, rows };
}

const precedingDays = (period: Period): Period => ({
  from: addDays(period.from, -daysIn(period)),
  to: addDays(period.from, -1),
});

function periodRows(ledger: Ledger, query: CostQuery): readonly CostRow[] {
  const { by, today } = query;
  if (!isPeriodName(by)) return [];
  // Before the first known day, all is unknown.
  const known = [ledger.coveredFrom, ledger.entries[0]?.date ?? null].filter((day) => day !== null);
  const first = known.sort()[0] ?? query.from;
  const from = first > query.from ? first : query.from;
  return periodsBetween(by, from, today).map((period) => {
    const usage = usageIn(ledger, period);
    const previous = usageIn(ledger, previousPeriod(by, period));
    const row = costRow(period.from, period, query, { usage, previous });
    // Today is not over, unlike the day before.
    return by === 'day' && period.to === today ? { ...row, change: null } : row;
  });
}

function groupRows(
  ledger: Ledger,
  query: CostQuery,
  { period, before }: { readonly period: Period; readonly before: Period },
): readonly CostRow[] {
  const keyOf = groupKey(query);
  const groups = new Map<string | null, TokenEntry[]>();
  const start = query.compare ? before.from : period.from;
  for (const entry of ledger.entries) {
    if (entry.date < start || entry.date > period.to) continue;
    getOrInsert(groups, keyOf(entry), () => []).push(entry);
  }
  return [...groups]
    .map(([key, entries]) =>
      costRow(key, period, query, {
        usage: usageIn(ledger, period, entries),
        previous: usageIn(ledger, before, entries),
      }),
    )
    .sort(
      (one, other) =>
        (other.usage.cost ?? -1) - (one.usage.cost ?? -1) ||
        (other.usage.listPrice ?? -1) - (one.usage.listPrice ?? -1) ||
        ((one.key ?? '') < (other.key ?? '') ? -1 : 1),
    );
}

function groupKey({ by, projectOf, clientOf }: CostQuery): (entry: TokenEntry) => string | null {
  const projectIdOf = ({ project }: TokenEntry): string | null =>
    project === undefined || project === null ? null : projectOf(project);
  switch (by) {
    case 'model':
      return ({ model }) => model;
    case 'agent':
      return ({ source }) => source;
    case 'client':
      return (entry) => clientOf(projectIdOf(entry));
    default:
      return projectIdOf;
  }
}

function costRow(
  key: string | null,
  period: Period,
  { compare }: CostQuery,
  { usage, previous }: { readonly usage: PeriodUsage; readonly previous: PeriodUsage },
): CostRow {
  if (!compare) return { key, period, usage, previous: null, change: null };
  const isComparable = usage.uncoveredDays === 0 && previous.uncoveredDays === 0;
  const change =
    isComparable && usage.cost !== null && previous.cost !== null
      ? usage.cost - previous.cost
      : null;
  return { key, period, usage, previous, change };
}
