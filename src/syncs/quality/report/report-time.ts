import type { Timestamp } from '../../../schema/timestamp.ts';
import { toTimestamp } from '../../../util/dates.ts';

/** How far a source may be newer than its report, in milliseconds: clocks of file systems differ. */
export const clockToleranceMs = 2000;

/**
 * Reports that were written within this time are of one test session, in milliseconds. It is the `merge_timeout` of
 * SimpleCov.
 */
export const sessionMs = 600_000;

// 9999-12-31: later years do not fit the stored form.
const maxTimeMs = 253_402_300_799_999;

/** Returns a time (milliseconds since 1970) in its stored form; null if it is unknown or out of range. */
export const toTimestampOrNull = (ms: number | null): Timestamp | null =>
  ms !== null && ms >= 0 && ms <= maxTimeMs ? toTimestamp(new Date(Math.floor(ms))) : null;

/** Returns the time of a date in a report, in milliseconds since 1970; null if it is missing or invalid. */
export function parseDate(text: string | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}

/**
 * Returns the time of a Unix timestamp in milliseconds. Reports write seconds (gcovr, coverlet, PHPUnit) or
 * milliseconds (coverage.py, Istanbul). Returns null if it is missing or invalid.
 */
export function parseUnixTime(stamp: string | number | undefined): number | null {
  const value = Number(stamp ?? 0);
  if (!(value > 0) || !Number.isFinite(value)) return null;
  return value > 1e11 ? value : value * 1000;
}
