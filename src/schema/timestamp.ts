import * as z from 'zod/mini';

/** A point in time: ISO 8601 in UTC with `Z`, for example `2026-11-23T08:45:06.112Z`. */
export const timestamp = z.iso.datetime();
export type Timestamp = z.infer<typeof timestamp>;

/** A calendar day, `YYYY-MM-DD`. */
export const day = z.iso.date();
export type Day = z.infer<typeof day>;

/** The stored form of a date. */
export const toTimestamp = (date: Date): Timestamp => date.toISOString();

/** The UTC day of a date or instant. */
export const dayOf = (at: Date | Timestamp): Day =>
  (typeof at === 'string' ? at : at.toISOString()).slice(0, 10);

/** The UTC month of an instant (or of a day), `YYYY-MM`. */
export const monthOf = (at: Timestamp): string => at.slice(0, 7);

/** Tells the day of a date in a time zone, an IANA name. */
export function dayIn(timeZone: string): (at: Date) => Day {
  // Intl takes tens of milliseconds to start.
  if (timeZone === 'UTC') return dayOf;
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => {
    const parts = format.formatToParts(at);
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    return `${part('year')}-${part('month')}-${part('day')}`;
  };
}
