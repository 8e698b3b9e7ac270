import type { UsageSource } from '../../schema/usage-analytics.ts';
import { isAgent } from '../../schema/agent-names.ts';
import type { Day } from '../../schema/timestamp.ts';
import { basisOf, combineAgents } from './token-analytics.ts';
import { addEntry, newSum, unpricedModelsOf, type Sum } from './usage-sums.ts';
import {
  countUncovered,
  daysIn,
  isInRange,
  type NamedUsage,
  type Period,
  type SourceEntries,
} from './usage-windows.ts';

/** The local logs of all coding agents, or one bill. Ledgers contain the same usage and are never added up. */
export interface Ledger extends NamedUsage {
  /** `agents`, or the source of the bill. */
  readonly name: string;
  /** The sources that it consists of. */
  readonly sources: readonly string[];
  readonly costBasis: UsageSource['costBasis'];
  /** Days with entries that are not between `coveredFrom` and `coveredTo`. */
  readonly otherDays: readonly Day[];
}

/** Returns the local logs, if there are any, then the bills. */
export function ledgersOf(sources: readonly NamedUsage[]): readonly Ledger[] {
  const agents = combineAgents(sources);
  const toLedger = (usage: NamedUsage, names: readonly string[]): Ledger => ({
    ...usage,
    sources: names,
    costBasis: basisOf(usage.entries),
    otherDays: otherDaysOf(usage),
  });
  const namesOfAgents = sources.map(({ name }) => name).filter(isAgent);
  return [
    ...(agents === null ? [] : [toLedger(agents, namesOfAgents)]),
    ...sources.filter(({ name }) => !isAgent(name)).map((bill) => toLedger(bill, [bill.name])),
  ];
}

/** Usage in a period. A cost of null is unknown; that of a covered period without usage is 0. */
export interface PeriodUsage extends Sum {
  /** The length of the period. */
  readonly days: number;
  /** The share of prompt tokens that were read from the cache, in percent; null without a prompt. */
  readonly cacheShare: number | null;
  /** Days that the ledger does not cover: their usage is unknown, and in no sum. */
  readonly uncoveredDays: number;
  /** Models without a price, which the cost does not include. */
  readonly unpricedModels: readonly string[];
}

/** Returns the usage of a ledger in a period, or that of some of its entries. */
export function usageIn(
  ledger: Ledger,
  period: Period,
  entries: SourceEntries['entries'] = ledger.entries,
): PeriodUsage {
  const sum = newSum();
  const uncoveredDays = uncoveredDaysIn(ledger, period);
  const used = entries.filter(({ date }) => date >= period.from && date <= period.to);
  for (const entry of used) addEntry(sum, entry);
  if (used.length === 0 && uncoveredDays < daysIn(period)) sum.cost = 0;
  const cacheShare = cacheShareOf(sum);
  const unpricedModels = unpricedModelsOf(used);
  return { ...sum, days: daysIn(period), cacheShare, uncoveredDays, unpricedModels };
}

function uncoveredDaysIn(ledger: Ledger, period: Period): number {
  const { from, to } = period;
  const others = ledger.otherDays.filter((date) => date >= from && date <= to);
  return countUncovered(ledger, period) - others.length;
}

/** Returns the days outside of the covered range that have entries: they are covered, too. */
function otherDaysOf(usage: NamedUsage): readonly Day[] {
  const days = new Set(usage.entries.map(({ date }) => date));
  return [...days].filter((date) => !isInRange(usage, date));
}

function cacheShareOf({ tokens }: Sum): number | null {
  const { input, cacheWrite5m, cacheWrite1h, cacheRead } = tokens;
  const prompt = input + cacheWrite5m + cacheWrite1h + cacheRead;
  return prompt === 0 ? null : Math.round((cacheRead / prompt) * 1000) / 10;
}
