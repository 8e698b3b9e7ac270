import type { OpenRepository } from '../open-repository.ts';
import { countByDay, dayOf, type DayCounts } from './commit-days.ts';
import type { HistoryContext } from './history-budget.ts';
import { logSince, maxLoggedCommits } from './log-since.ts';

/**
 * Counts the lines that the commits of HEAD added and deleted since the start of a day, by committer date. Merges,
 * moved files, binary files and files above `core.bigFileThreshold` do not count.
 */
export async function readChangedLines(
  { head: { oid } }: OpenRepository,
  sinceDay: number,
  { git }: HistoryContext,
): Promise<DayCounts> {
  if (oid === null) return { sinceDay, days: [] };
  // `--find-renames=100%` finds only unchanged files, for which git reads no content.
  const options = ['--find-renames=100%', '--shortstat', '--no-ext-diff', '--no-textconv'];
  const output = await git(...logSince(oid, sinceDay, [...options, '--format=tformat:%ct']));
  const commits = parseShortstat(output.toString('latin1'));
  const last = commits.at(-1);
  // The oldest day is incomplete then.
  const isPart = last !== undefined && commits.length === maxLoggedCommits;
  return countByDay(commits, isPart ? dayOf(last[0]) + 1 : sinceDay);
}

/** Parses the times of commits, each followed by ` 3 files changed, 10 insertions(+), 2 deletions(-)` or nothing. */
function parseShortstat(output: string): readonly (readonly [seconds: number, lines: number])[] {
  const commits: [seconds: number, lines: number][] = [];
  for (const line of output.split('\n')) {
    const last = commits.at(-1);
    if (/^\d+$/.test(line)) commits.push([Number(line), 0]);
    else if (last !== undefined) {
      for (const [, lines] of line.matchAll(/(\d+) (?:insertion|deletion)/g))
        last[1] += Number(lines);
    }
  }
  return commits;
}
