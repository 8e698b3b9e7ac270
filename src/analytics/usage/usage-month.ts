import type { UsageMonth } from '../../schema/usage-analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import { addDays, daysBetween, lastDayOfMonth, monthOf } from '../../util/dates.ts';
import { toMicros, toMoney, type Micros } from './money.ts';
import { addEntry, newSum, toListPrice, unpricedModelsOf } from './usage-sums.ts';
import { burnRate, countUncovered, type SourceEntries } from './usage-windows.ts';

/** Minimum number of known days for a forecast. */
const minKnownDays = 3;

/**
 * Returns the cost of the current month and its forecast: the cost before today, plus the burn rate of the last 30
 * days for each remaining day. If the actual cost of today is higher than the burn rate, it is used instead. `budget`
 * is in US dollars.
 */
export function usageMonth(source: SourceEntries, budget: number | null): UsageMonth {
  const { entries, coveredTo, today } = source;
  const month = monthOf(today);
  const uncoveredDays = countUncovered(source, { from: `${month}-01`, to: today });
  const isCovered = uncoveredDays < Number(today.slice(8, 10));
  const byDay = new Map<Day, Micros>();
  let isKnown = isCovered && !entries.some(({ date }) => monthOf(date) === month);
  const ofMonth = entries.filter(({ date }) => monthOf(date) === month && date <= today);
  const total = newSum();
  for (const entry of ofMonth) {
    addEntry(total, entry);
    const { date, costUsd } = entry;
    if (costUsd === null) continue;
    isKnown = true;
    byDay.set(date, (byDay.get(date) ?? 0) + toMicros(costUsd));
  }
  const spent = isKnown ? [...byDay.values()].reduce((sum, cost) => sum + cost, 0) : null;
  const rate = burnRate(source, 30);
  const spentToday = byDay.get(today) ?? 0;
  const lastDay = lastDayOfMonth(today);
  // A source may contain the days before today only.
  const isCurrent = coveredTo !== null && coveredTo >= addDays(today, -1);
  const forecast =
    spent === null || rate === null || rate.days < minKnownDays || !isCurrent
      ? null
      : spent +
        Math.max(0, rate.perDay - spentToday) +
        rate.perDay * Math.max(0, daysBetween(today, lastDay));
  const limit = budget === null ? null : budget * 1e6;
  return {
    uncoveredDays,
    costUsd: toMoney(spent),
    unpricedModels: unpricedModelsOf(ofMonth),
    ...toListPrice(total.listPrice),
    forecastUsd: toMoney(forecast),
    budgetUsed: shareOf(spent, limit),
    budgetForecast: shareOf(forecast, limit),
    budgetReachedOn:
      limit === null
        ? null
        : reachedOn(limit, byDay, { today, lastDay, perDay: forecast === null ? 0 : rate?.perDay }),
  };
}

/** Returns a percentage with two decimals. */
const shareOf = (part: Micros | null, whole: Micros | null): number | null =>
  part === null || whole === null ? null : Math.round((part / whole) * 10_000) / 100;

function reachedOn(
  limit: Micros,
  byDay: ReadonlyMap<Day, Micros>,
  { today, lastDay, perDay = 0 }: { today: Day; lastDay: Day; perDay: Micros | undefined },
): Day | null {
  let sum = 0;
  for (let date = `${monthOf(today)}-01`; date <= lastDay; date = addDays(date, 1)) {
    const spent = byDay.get(date) ?? 0;
    if (date < today) sum += spent;
    else sum += date === today ? Math.max(spent, perDay) : perDay;
    if (sum >= limit) return date;
  }
  return null;
}
