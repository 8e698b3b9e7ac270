import type { CommitDays } from '../../git/commits/commit-days.ts';
import { createWindowReader, type CachedWindow } from '../../git/commits/history-window.ts';
import type { Repository } from '../../git/repository.ts';
import type { ProjectGit } from '../../schema/projects.ts';
import { addDays, dayMs, dayOf, monthOf } from '../../util/dates.ts';
import type { SyncContext } from '../sync.ts';

const windowDays = 180;

/** Reads the commits by day of a repository. `cache` is null if there is nothing to cache. */
export type ReadCommitDays = (
  repository: Repository,
  last: CachedCommitDays | null,
) => Promise<{
  readonly commitDays: ProjectGit['commitDays'];
  readonly cache: CachedCommitDays | null;
}>;

export type CachedCommitDays = CachedWindow<CommitDays>;

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
  const read = createWindowReader({ today, sinceDay, read: repositories.commitDays });
  return async (repository, last) => {
    const { value, cache } = await read(repository, last);
    return { commitDays: value && toJson(value, { sinceDay, today }), cache };
  };
}

/** Leaves out the days before the window, and commits that are dated in the future. */
function toJson(
  value: CommitDays,
  { sinceDay, today }: { readonly sinceDay: number; readonly today: number },
): ProjectGit['commitDays'] {
  const since = Math.max(value.sinceDay, sinceDay);
  const days = value.days.filter(([day]) => day >= since && day <= today);
  return {
    since: dayAt(since),
    days: Object.fromEntries(days.map(([day, commits]) => [dayAt(day), commits])),
  };
}

const dayAt = (day: number): string => dayOf(new Date(day * dayMs));
