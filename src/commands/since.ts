import { toTimestamp, type Timestamp } from '../schema/timestamp.ts';

/** What `--since` stands for: milliseconds until now, or a point in time; null without it. */
export function startOf(since: number | Date | undefined, now: Date): Timestamp | null {
  if (since === undefined) return null;
  return toTimestamp(typeof since === 'number' ? new Date(now.getTime() - since) : since);
}
