import type { Day } from '../../schema/timestamp.ts';

const dayMs = 86_400_000;

/** Charts begin with the data, but show at least so many days, and at most six months. */
const fewestDays = 28;
const mostDays = 184;

/** Every day of the charts, the oldest first, `last` being the last one. */
export function chartDates(first: Day | null, last: Day): readonly Day[] {
  const end = Date.parse(last);
  const known = first === null ? 1 : Math.round((end - Date.parse(first)) / dayMs) + 1;
  const count = Math.min(mostDays, Math.max(fewestDays, known));
  return Array.from({ length: count }, (_, index) =>
    new Date(end - (count - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
}

export function lastDayOf(date: Day): Day {
  const [year = 0, month = 0] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
