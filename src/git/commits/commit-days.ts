import type { OpenRepository } from '../open-repository.ts';
import { readShortHistory } from './short-history.ts';

/** The days of a larger number of commits are read only in part. */
const maxCommits = 20_000;
const daySeconds = 86_400;

/** The number of commits on each day that has any, in days since 1970 in UTC, the oldest first. */
export interface CommitDays {
  /** All commits from this day on are included. */
  readonly sinceDay: number;
  readonly days: readonly (readonly [day: number, commits: number])[];
}

/**
 * Counts the commits of HEAD by their committer date since the start of a day, merges included. Like
 * `git log --since`, it does not look for newer commits behind an older one.
 */
export async function readCommitDays(
  repository: OpenRepository,
  sinceDay: number,
  git: (...args: string[]) => Promise<Buffer>,
): Promise<CommitDays> {
  const { oid } = repository.head;
  if (oid === null) return { sinceDay, days: [] };
  const times = readShortHistory(repository, oid, sinceDay * daySeconds);
  if (times !== null) return countByDay(times, sinceDay);
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
  return countByDay(listed, isPart ? dayOf(last) + 1 : sinceDay);
}

function countByDay(times: readonly number[], sinceDay: number): CommitDays {
  const counts = new Map<number, number>();
  for (const time of times) {
    const day = dayOf(time);
    if (day >= sinceDay) counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return { sinceDay, days: [...counts].sort(([one], [other]) => one - other) };
}

const dayOf = (seconds: number): number => Math.floor(seconds / daySeconds);
