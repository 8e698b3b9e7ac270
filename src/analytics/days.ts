import { dayOf, type Day } from '../contract/instant.ts';

const dayMs = 86_400_000;

/** How many days back charts go: six months. */
export const chartDays = 184;

/** A day some days later, or earlier. */
export const addDays = (date: Day, days: number): Day =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

/** How many days lie between two days: 0 for the same one. */
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

export const lastDayOfMonth = (date: Day): Day => {
  const [year = 0, month = 0] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

/** The day of a time in a time zone, an IANA name. */
export function dayIn(timeZone: string, at: Date): Day {
  // Spares most people the loading of time zones, some ten milliseconds.
  if (timeZone === 'UTC') return dayOf(at);
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = format.formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}
