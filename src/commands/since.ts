import { toInstant, type Instant } from '../contract/instant.ts';

/** What `--since` stands for: milliseconds until now, or a point in time; null without it. */
export function startOf(since: number | Date | undefined, now: Date): Instant | null {
  if (since === undefined) return null;
  return toInstant(typeof since === 'number' ? new Date(now.getTime() - since) : since);
}
