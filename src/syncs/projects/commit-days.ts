import type { DayCounts } from '../../git/commits/commit-days.ts';
import {
  createWindowReader,
  type CachedWindow,
  type HistoryWindow,
} from '../../git/commits/history-window.ts';
import type { Repository } from '../../git/repository.ts';
import type { ProjectGit } from '../../schema/projects.ts';
import { addDays, dayMs, dayOf, monthOf } from '../../util/dates.ts';
import type { SyncContext } from '../sync.ts';

const windowDays = 180;
/** What the commits of a repository are, by day, as it is cached. */
export interface CachedCommitDays {
  /** Null if there is nothing to cache. */
  readonly commitDays: CachedWindow<DayCounts> | null;
  readonly changedLines: CachedWindow<DayCounts> | null;
}

/** Reads the commits and the changed lines of a repository by day. */
export type ReadCommitDays = (
  repository: Repository,
  last: CachedCommitDays | null,
) => Promise<
  Pick<ProjectGit, 'commitDays' | 'changedLines'> & { readonly cache: CachedCommitDays }
>;

/**
 * Returns the function that reads the commits of the last 180 days of the projects of a run. They start with a month,
 * so that without new commits `projects.json` changes once a month, not every day.
 */
export function createCommitDaysReader({
  repositories,
  startedAt,
}: Pick<SyncContext<'projects'>, 'repositories' | 'startedAt'>): ReadCommitDays {
  const start = `${monthOf(addDays(dayOf(startedAt), 1 - windowDays))}-01`;
  const today = Math.floor(startedAt.getTime() / dayMs);
  const sinceDay = Date.parse(start) / dayMs;
  const readDays = createWindowReader({ today, sinceDay, read: repositories.commitDays });
  const readLines = createWindowReader({ today, sinceDay, read: repositories.changedLines });
  const readLinesOf = async (
    repository: Repository,
    commits: DayCounts | null,
    last: CachedWindow<DayCounts> | null,
  ): Promise<Pick<HistoryWindow<DayCounts>, 'value' | 'cache'>> => {
    if (commits === null) return { value: null, cache: last };
    // Most repositories need no git process.
    if (commits.days.length === 0) return { value: commits, cache: null };
    return readLines(repository, last);
  };
  return async (repository, last) => {
    const commits = await readDays(repository, last?.commitDays ?? null);
    const lines = await readLinesOf(repository, commits.value, last?.changedLines ?? null);
    return {
      commitDays: commits.value && toJson(commits.value, { sinceDay, today }),
      changedLines: lines.value && toJson(lines.value, { sinceDay, today }),
      cache: { commitDays: commits.cache, changedLines: lines.cache },
    };
  };
}

/** Leaves out the days before the window, and commits that are dated in the future. */
function toJson(
  value: DayCounts,
  { sinceDay, today }: { readonly sinceDay: number; readonly today: number },
): NonNullable<ProjectGit['commitDays']> {
  const since = Math.max(value.sinceDay, sinceDay);
  const days = value.days.filter(([day]) => day >= since && day <= today);
  return {
    since: dayAt(since),
    days: Object.fromEntries(days.map(([day, count]) => [dayAt(day), count])),
  };
}

const dayAt = (day: number): string => dayOf(new Date(day * dayMs));
