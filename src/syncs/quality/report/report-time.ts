import { toTimestamp, type Timestamp } from '../../../schema/timestamp.ts';

// 9999-12-31: later years don't fit the stored form.
const lastMs = 253_402_300_799_999;

/** A time from outside (milliseconds since 1970) in its stored form; null where there is none. */
export const instantOrNull = (ms: number | null): Timestamp | null =>
  ms !== null && ms >= 0 && ms <= lastMs ? toTimestamp(new Date(Math.floor(ms))) : null;
