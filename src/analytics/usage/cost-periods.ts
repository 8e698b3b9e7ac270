import type { Day } from '../../schema/timestamp.ts';
import { addDays, lastDayOfMonth, monthOf } from '../../util/dates.ts';
import { isPeriodName, type PeriodName } from '../../schema/cost-groupings.ts';
import { daysIn, type Period } from './usage-windows.ts';

/** Returns the first day of the day, week (from Monday) or month that contains a day. */
export function startOfPeriod(name: PeriodName, date: Day): Day {
  if (name === 'day') return date;
  if (name === 'month') return `${monthOf(date)}-01`;
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}

function endOfPeriod(name: PeriodName, first: Day): Day {
  if (name === 'day') return first;
  return name === 'month' ? lastDayOfMonth(first) : addDays(first, 6);
}

/** Returns the periods from the one that contains `from` to the one that contains `today`, which ends with it. */
export function periodsBetween(name: PeriodName, from: Day, today: Day): readonly Period[] {
  const periods: Period[] = [];
  for (let first = startOfPeriod(name, from); first <= today;) {
    const last = endOfPeriod(name, first);
    periods.push({ from: first, to: last > today ? today : last });
    first = addDays(last, 1);
  }
  return periods;
}

/**
 * Returns the previous day, week or month. If the current one has not ended, returns as many days of the previous one,
 * so that like is compared with like.
 */
export function previousPeriod(name: PeriodName, period: Period): Period {
  const from = startOfPeriod(name, addDays(period.from, -1));
  const end = addDays(period.from, -1);
  const isComplete = period.to === endOfPeriod(name, period.from);
  const to = isComplete ? end : addDays(from, daysIn(period) - 1);
  return { from, to: to > end ? end : to };
}

/** Returns the last week, from Monday, that is over. */
export function lastWeek(today: Day): Period {
  const from = startOfPeriod('week', addDays(today, -7));
  return { from, to: endOfPeriod('week', from) };
}

/** How many days, weeks or months are shown without `--since`. */
const defaultCounts: Readonly<Record<PeriodName, number>> = { day: 14, week: 8, month: 6 };

/** Returns the first day that is shown without `--since`; 30 days for anything but periods. */
export function defaultFrom(by: string, today: Day): Day {
  if (!isPeriodName(by)) return addDays(today, -29);
  let from = startOfPeriod(by, today);
  for (let count = 1; count < defaultCounts[by]; count += 1) {
    from = startOfPeriod(by, addDays(from, -1));
  }
  return from;
}
