import type { OpenRepository } from '../open-repository.ts';
import type { HistoryContext } from './history-budget.ts';
import { readShortHistory } from './short-history.ts';

/** The days of a larger number of commits are read only in part. */
const maxCommits = 20_000;
export const daySeconds = 86_400;

/** A number for each day with commits, in days since 1970 in UTC, the oldest first. */
export interface DayCounts {
  /** All commits from this day on are included. */
  readonly sinceDay: number;
  readonly days: readonly (readonly [day: number, count: number])[];
}

/**
 * Counts the commits of HEAD by their committer date since the start of a day, merges included. Like
 * `git log --since`, it does not look for newer commits behind an older one.
 */
export async function readCommitDays(
  { head: { oid } }: OpenRepository,
  sinceDay: number,
  { git, links }: HistoryContext,
): Promise<DayCounts> {
  if (oid === null) return { sinceDay, days: [] };
  const times = readShortHistory(links, oid, sinceDay * daySeconds);
  if (times !== null) return countByDay(times.map(toCommit), sinceDay);
  const output = await git(
    ...['rev-list', '--timestamp'],
    `--max-age=${String(sinceDay * daySeconds)}`,
    `--max-count=${String(maxCommits)}`,
    oid,
  );
  const listed = Array.from(output.toString('latin1').matchAll(/^\d+/gm), ([time]) => Number(time));
  const last = listed.at(-1);
  // The oldest day is incomplete then.
  const isPart = last !== undefined && listed.length === maxCommits;
  return countByDay(listed.map(toCommit), isPart ? dayOf(last) + 1 : sinceDay);
}

const toCommit = (seconds: number): readonly [seconds: number, count: number] => [seconds, 1];

/** Adds up the numbers of commits by day. Days without any commit are left out. */
export function countByDay(
  commits: readonly (readonly [seconds: number, count: number])[],
  sinceDay: number,
): DayCounts {
  const counts = new Map<number, number>();
  for (const [seconds, count] of commits) {
    const day = dayOf(seconds);
    if (day >= sinceDay) counts.set(day, (counts.get(day) ?? 0) + count);
  }
  return { sinceDay, days: [...counts].sort(([one], [other]) => one - other) };
}

export const dayOf = (seconds: number): number => Math.floor(seconds / daySeconds);
