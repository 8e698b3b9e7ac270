import type { Timestamp } from '../schema/timestamp.ts';
import { toTimestamp } from '../util/dates.ts';

/** Returns the start of the period of `--since`; null without the flag. */
export function startOf(since: number | Date | undefined, now: Date): Timestamp | null {
  if (since === undefined) return null;
  return toTimestamp(typeof since === 'number' ? new Date(now.getTime() - since) : since);
}
