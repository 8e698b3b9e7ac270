import type { Values } from '../analytics/history/series.ts';
import type { ProjectGit } from '../schema/projects.ts';
import type { Day } from '../schema/timestamp.ts';

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

interface Count {
  readonly day: number;
  readonly commits: number;
}
