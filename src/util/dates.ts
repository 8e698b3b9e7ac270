/** A calendar day, `YYYY-MM-DD`. */
type Day = string;
/** ISO 8601 in UTC with `Z`. */
type Timestamp = string;

export const dayMs = 86_400_000;

export const toTimestamp = (date: Date): Timestamp => date.toISOString();

/** Returns the timestamp of milliseconds since 1970; null if it is not in the years 0 to 9999. */
export function timestampAt(ms: number): Timestamp | null {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return null;
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? toTimestamp(date) : null;
}

/** Returns the UTC day of a date or timestamp. */
export const dayOf = (at: Date | Timestamp): Day =>
  (typeof at === 'string' ? at : at.toISOString()).slice(0, 10);

/** Returns the UTC month of a timestamp or day, `YYYY-MM`. */
export const monthOf = (at: Timestamp): string => at.slice(0, 7);

/** Returns a function that returns the day of a date in a time zone, given its IANA name. */
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

/** Returns when a day ends in a time zone, given its IANA name. */
export function endOfDay(date: Day, timeZone: string): Timestamp {
  const dayAt = dayIn(timeZone);
  // Time zones differ from UTC by up to 14 hours, in quarters of an hour.
  let end = Date.parse(date) + 10 * 3_600_000;
  while (dayAt(new Date(end)) <= date) end += 900_000;
  return toTimestamp(new Date(end));
}

/** Whether an end, such as that of a day, is still to come; false if it is unknown. */
export const isBefore = (at: Date, end: Timestamp | null): boolean =>
  end !== null && at.getTime() < Date.parse(end);

/** Returns the day a number of days later; earlier for a negative number. */
export const addDays = (date: Day, days: number): Day =>
  dayOf(new Date(Date.parse(date) + days * dayMs));

/** Returns the number of days from one day to another, 0 for the same day. */
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

export const lastDayOfMonth = (date: Day): Day => {
  const [year = 0, month = 0] = date.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year, month, 0)));
};
