import type { UsageWindow } from '../../schema/usage-analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { TokenEntry } from '../../schema/tokens.ts';
import { addDays, daysBetween } from '../../util/dates.ts';
import { toMicros, toMoney, type Micros } from './money.ts';
import { addEntry, newSum, sumBy, toUsage, unpricedModelsOf } from './usage-sums.ts';

const windowDays = [7, 30, 90] as const;

/** The entries of one source, which are complete from `coveredFrom` to `coveredTo`. */
export interface SourceEntries {
  readonly entries: readonly TokenEntry[];
  readonly coveredFrom: Day | null;
  readonly coveredTo: Day | null;
  readonly today: Day;
  /** The source, if its tokens are unknown, also of days without an entry. */
  readonly withoutTokens: string | null;
}

/** The usage of a source, or of a ledger. */
export interface NamedUsage extends SourceEntries {
  readonly name: string;
}

/** Returns the last 7, 30 and 90 days of one source; `projectOf` returns the project that contains a path. */
export const usageWindows = (
  source: SourceEntries,
  projectOf: (path: string) => string | null,
): UsageWindow[] => windowDays.map((days) => usageWindow(days, source, projectOf));

function usageWindow(
  days: (typeof windowDays)[number],
  source: SourceEntries,
  projectOf: (path: string) => string | null,
): UsageWindow {
  const { today } = source;
  const from = addDays(today, 1 - days);
  const uncoveredDays = countUncovered(source, { from, to: today });
  const entries = source.entries.filter(({ date }) => date >= from && date <= today);
  const total = newSum();
  if (source.withoutTokens !== null) total.withoutTokens.add(source.withoutTokens);
  for (const entry of entries) addEntry(total, entry);
  // A covered window without entries means that nothing was used.
  if (entries.length === 0 && uncoveredDays < days) total.cost = 0;
  const rate = burnRate(source, days);
  return {
    days,
    from,
    to: today,
    uncoveredDays,
    ...toUsage(total),
    unpricedModels: unpricedModelsOf(entries),
    averageDailyUsd: toMoney(rate?.perDay ?? null),
    models: sumBy(entries, ({ model }) => model).map(([model, sum]) => ({
      model,
      ...toUsage(sum),
    })),
    projects: sumBy(entries, ({ project }) => project ?? null).map(([path, sum]) => ({
      id: projectOf(path),
      path,
      ...toUsage(sum),
    })),
  };
}

/**
 * Returns the mean daily cost of the covered days of a window without today, which is incomplete. Days
 * without usage cost nothing. Null without such a day.
 */
export function burnRate(
  { entries, coveredFrom, coveredTo, today }: SourceEntries,
  days: number,
): { readonly perDay: Micros; readonly days: number } | null {
  if (coveredFrom === null || coveredTo === null) return null;
  const start = addDays(today, 1 - days);
  const from = coveredFrom > start ? coveredFrom : start;
  const end = coveredTo < today ? addDays(coveredTo, 1) : today;
  const known = daysBetween(from, end);
  if (known <= 0) return null;
  let cost = 0;
  for (const { date, costUsd } of entries) {
    if (date >= from && date < end && costUsd !== null) cost += toMicros(costUsd);
  }
  return { perDay: cost / known, days: known };
}

export interface Period {
  readonly from: Day;
  readonly to: Day;
}

export const daysIn = ({ from, to }: Period): number => Math.max(0, daysBetween(from, to) + 1);

type CoveredRange = Pick<SourceEntries, 'coveredFrom' | 'coveredTo'>;

/** Returns how many days of a period are not between `coveredFrom` and `coveredTo`. */
export function countUncovered({ coveredFrom, coveredTo }: CoveredRange, period: Period): number {
  const { from, to } = period;
  if (coveredFrom === null || coveredTo === null) return daysIn(period);
  const first = coveredFrom > from ? coveredFrom : from;
  const last = coveredTo < to ? coveredTo : to;
  return daysIn(period) - daysIn({ from: first, to: last });
}

/** Whether a day is between `coveredFrom` and `coveredTo`. */
export const isInRange = ({ coveredFrom, coveredTo }: CoveredRange, date: Day): boolean =>
  coveredFrom !== null && coveredTo !== null && date >= coveredFrom && date <= coveredTo;
