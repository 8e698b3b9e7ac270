import { getOrInsert } from '../../util/collections.ts';
import type { OpenRepository } from '../open-repository.ts';
import { dayOf, daySeconds } from './commit-days.ts';
import type { HistoryContext } from './history-budget.ts';
import { logSince } from './log-since.ts';
import { readShortHistory } from './short-history.ts';

/** Reads which files the commits of HEAD changed since the start of a day, in days since 1970. */
export async function readRecentChanges(
  { head: { oid } }: OpenRepository,
  sinceDay: number,
  { git, links }: HistoryContext,
): Promise<RecentChanges> {
  if (oid === null) return new Map();
  // Most repositories of a developer have no recent commit, and then need no git process.
  const times = readShortHistory(links, oid, sinceDay * daySeconds);
  if (times !== null && times.length < 2) return new Map();
  const options = ['--no-renames', '--name-only', '-z', '--format=tformat:%x00%ct'];
  const output = await git(...logSince(oid, sinceDay, options));
  return parseRecentChanges(output.toString(), sinceDay);
}

/** By path: the days of the commits that changed a file, in days since 1970. A file with only one commit is left out. */
export type RecentChanges = ReadonlyMap<string, readonly number[]>;

/**
 * Parses `git log -z --name-only --format=tformat:%x00%ct`: for each commit an empty string, its time, and the paths
 * that it changed, each terminated by NUL. There is a line feed before the first path.
 */
function parseRecentChanges(output: string, sinceDay: number): RecentChanges {
  const changes = new Map<string, number[]>();
  let isHeader = false;
  let day = NaN;
  for (const field of output.split('\0')) {
    if (field === '') {
      isHeader = true;
    } else if (isHeader) {
      day = dayOf(Number(field));
      isHeader = false;
    } else if (day >= sinceDay) {
      const path = field.startsWith('\n') ? field.slice(1) : field;
      getOrInsert(changes, path, () => []).push(day);
    }
  }
  return new Map([...changes].filter(([, days]) => days.length > 1));
}
