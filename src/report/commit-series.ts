import type { Values } from '../analytics/history/series.ts';
import type { ProjectGit } from '../schema/projects.ts';
import type { Day } from '../schema/timestamp.ts';
import { ranges } from './view/page-state.ts';

export type Change = readonly [day: number, values: Values];

/**
 * Returns pairs of days and numbers of commits, both as differences to the previous pair. The commits of recent days
 * are those that git reported by date; before them, the numbers are those that runs recorded.
 */
export function encodeCommits(
  recorded: readonly Change[],
  known: ProjectGit['commitDays'],
  numberOf: (date: Day) => number,
): readonly number[] {
  const since = known === null ? Infinity : numberOf(known.since);
  const counts = recorded.flatMap(([day, [commits]]): Count[] =>
    day < since && typeof commits === 'number' ? [{ day, commits }] : [],
  );
  if (known !== null) {
    if (counts.length === 0) counts.push({ day: since - 1, commits: 0 });
    let commits = counts.at(-1)?.commits ?? 0;
    for (const [date, added] of Object.entries(known.days)) {
      commits += added;
      counts.push({ day: numberOf(date), commits });
    }
  }
  const pairs: number[] = [];
  let last = { day: 0, commits: 0 };
  for (const { day, commits } of counts) {
    if (pairs.length > 0 && commits === last.commits) continue;
    pairs.push(day - last.day, commits - last.commits);
    last = { day, commits };
  }
  return pairs;
}

/** Returns the first day, and for each range of the page the sum of the days up to today; null if it starts earlier. */
export function changedLineSums(
  known: ProjectGit['changedLines'],
  numberOf: (date: Day) => number,
  today: number,
): readonly (number | null)[] | null {
  if (known === null) return null;
  const since = numberOf(known.since);
  const days = Object.entries(known.days).map(([date, lines]) => [numberOf(date), lines] as const);
  const sums = Object.keys(ranges).map((range) => {
    const first = range === 'all' ? since : today - Number(range) + 1;
    if (first < since) return null;
    return days.reduce((sum, [day, lines]) => (day >= first ? sum + lines : sum), 0);
  });
  return [since, ...sums];
}

interface Count {
  readonly day: number;
  readonly commits: number;
}
