import type { Day } from '../../schema/timestamp.ts';
import { chartDays } from '../../analytics/chart-days.ts';
import { addDays, daysBetween } from '../../util/dates.ts';

const minDays = 28;

/** Returns the days of a chart up to `last`: all since `first`, but at least four weeks and at most six months. */
export function chartDates(first: Day | null, last: Day): readonly Day[] {
  const known = first === null ? 1 : daysBetween(first, last) + 1;
  const count = Math.min(chartDays, Math.max(minDays, known));
  return Array.from({ length: count }, (_, index) => addDays(last, index - count + 1));
}
