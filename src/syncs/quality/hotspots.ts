import { isTimeout } from '../../git/exec/git-budget.ts';
import type { RecentChanges } from '../../git/commits/recent-changes.ts';
import { RepositoryError, type Repository } from '../../git/repository.ts';
import type { Hotspot, Hotspots } from '../../schema/quality.ts';
import { dayMs } from '../../util/dates.ts';
import { sanitizePath } from '../../util/text.ts';
import type { SyncContext } from '../sync.ts';
import type { CachedChanges } from './quality-cache.ts';
import { todosByFile, type ScanTable } from './todo/scan-table.ts';

const windowDays = 90;
const maxHotspots = 10;
/** Each takes a git process, so the first run of a thousand repositories leaves most of them to later runs. */
const maxHistoriesPerRun = 100;

/** The changes of a project; null with the reason if they are unknown. `cache` is null if there is nothing to cache. */
export interface ProjectChanges {
  readonly changes: RecentChanges | null;
  readonly reason: string | null;
  readonly cache: CachedChanges | null;
}

/** Reads the recent changes of a repository, from git only if its HEAD has changed. */
export type ReadChanges = (
  repository: Repository | null,
  last: CachedChanges | null,
) => Promise<ProjectChanges>;

/** Returns the function that reads the changes of the projects of a run. */
export function createChangeReader({
  repositories,
  startedAt,
}: Pick<SyncContext<'quality'>, 'repositories' | 'startedAt'>): ReadChanges {
  const sinceDay = Math.floor(startedAt.getTime() / dayMs) - windowDays;
  let histories = 0;
  return async (repository, last) => {
    const unknown = (reason: string): ProjectChanges => ({ changes: null, reason, cache: last });
    if (repository === null) return unknown('not a git repository');
    if (repository.shallow) return unknown('the history of a shallow clone is incomplete');
    const { oid } = repository.head;
    if (oid === null) return unknown('no commits');
    if (last?.head === oid) {
      const { changes, reason } = last;
      if (last.sinceDay === sinceDay) return { changes, reason, cache: last };
      if (changes !== null && last.sinceDay < sinceDay) {
        return { changes: since(changes, sinceDay), reason, cache: last };
      }
    }
    if (histories >= maxHistoriesPerRun) return unknown('a later run reads the history');
    histories += 1;
    try {
      const changes = await repositories.recentChanges(repository, sinceDay);
      return { changes, reason: null, cache: { head: oid, sinceDay, changes, reason: null } };
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      const reason = sanitizePath(error.message);
      // Tried again when HEAD changes, and the next day.
      const cache = isTimeout(error) ? { head: oid, sinceDay, changes: null, reason } : last;
      return { changes: null, reason, cache };
    }
  };
}

const since = (changes: RecentChanges, sinceDay: number): RecentChanges =>
  new Map([...changes].map(([path, days]) => [path, days.filter((day) => day >= sinceDay)]));

/**
 * Returns the files to work on first: those that several commits of the last 90 days changed and that have uncovered
 * code or TODOs. The score is commits × uncovered × TODOs, where a factor that is 0 or unknown counts as 1. That
 * faults concentrate in files that change often: Tornhill, Your Code as a Crime Scene (2015), chapter 4.
 */
export async function findHotspots(
  signals: {
    readonly table: ScanTable;
    readonly uncovered: ReadonlyMap<string, number>;
  },
  readChanges: () => Promise<ProjectChanges>,
  last: CachedChanges | null,
): Promise<{ readonly hotspots: Hotspots; readonly cache: CachedChanges | null }> {
  const { table, uncovered } = signals;
  const todos = new Map(todosByFile(table));
  const paths = new Set([...todos.keys(), ...uncovered.keys()]);
  const candidates = [...paths].filter(
    (path) => (todos.get(path) ?? 0) > 0 || (uncovered.get(path) ?? 0) > 0,
  );
  if (candidates.length === 0) return { hotspots: { files: [], reason: null }, cache: last };
  const { changes, reason, cache } = await readChanges();
  if (changes === null) return { hotspots: { files: null, reason }, cache };
  const files = candidates.flatMap((path): Hotspot[] => {
    const commits = changes.get(path)?.length ?? 0;
    if (commits < 2) return [];
    const file = { commits, uncovered: uncovered.get(path) ?? null, todos: todos.get(path) ?? 0 };
    return [{ path: sanitizePath(path), ...file, score: scoreOf(file) }];
  });
  files.sort((one, other) => other.score - one.score || (one.path < other.path ? -1 : 1));
  return { hotspots: { files: files.slice(0, maxHotspots), reason: null }, cache };
}

const scoreOf = ({ commits, uncovered, todos }: Omit<Hotspot, 'path' | 'score'>): number =>
  Math.min(commits * Math.max(1, uncovered ?? 1) * Math.max(1, todos), Number.MAX_SAFE_INTEGER);
