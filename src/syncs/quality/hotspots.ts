import {
  createWindowReader,
  type CachedWindow,
  type HistoryWindow,
} from '../../git/commits/history-window.ts';
import type { RecentChanges } from '../../git/commits/recent-changes.ts';
import type { Repository } from '../../git/repository.ts';
import type { Hotspot, Hotspots } from '../../schema/quality.ts';
import { dayMs } from '../../util/dates.ts';
import { sanitizePath } from '../../util/text.ts';
import type { SyncContext } from '../sync.ts';
import { todosByFile, type ScanTable } from './todo/scan-table.ts';

const windowDays = 90;
const maxHotspots = 10;

export type CachedChanges = CachedWindow<RecentChanges>;

/** Reads the recent changes of a repository, from git only if its HEAD has changed. */
export type ReadChanges = (
  repository: Repository | null,
  last: CachedChanges | null,
) => Promise<HistoryWindow<RecentChanges>>;

/** The day of a run, on which the hotspots depend: days since 1970, in UTC. */
export const dayOfRun = ({ startedAt }: Pick<SyncContext<'quality'>, 'startedAt'>): number =>
  Math.floor(startedAt.getTime() / dayMs);

/** Returns the function that reads the changes of the projects of a run. */
export function createChangeReader({
  repositories,
  startedAt,
}: Pick<SyncContext<'quality'>, 'repositories' | 'startedAt'>): ReadChanges {
  const today = dayOfRun({ startedAt });
  const sinceDay = today - windowDays;
  const read = createWindowReader({ today, sinceDay, read: repositories.recentChanges });
  return async (repository, last) => {
    const result = await read(repository, last);
    return { ...result, value: result.value && since(result.value, sinceDay) };
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
  readChanges: () => Promise<HistoryWindow<RecentChanges>>,
  last: CachedChanges | null,
): Promise<
  Pick<HistoryWindow<RecentChanges>, 'cache' | 'isFinal'> & { readonly hotspots: Hotspots }
> {
  const { table, uncovered } = signals;
  const todos = new Map(todosByFile(table));
  const candidates = new Set([...todos.keys(), ...uncovered.keys()]);
  if (candidates.size === 0) {
    return { hotspots: { files: [], reason: null }, cache: last, isFinal: true };
  }
  const { value: changes, reason, cache, isFinal } = await readChanges();
  if (changes === null) return { hotspots: { files: null, reason }, cache, isFinal };
  const files = [...candidates].flatMap((path): Hotspot[] => {
    const commits = changes.get(path)?.length ?? 0;
    if (commits < 2) return [];
    const file = { commits, uncovered: uncovered.get(path) ?? null, todos: todos.get(path) ?? 0 };
    return [{ path: sanitizePath(path), ...file, score: scoreOf(file) }];
  });
  files.sort((one, other) => other.score - one.score || (one.path < other.path ? -1 : 1));
  return { hotspots: { files: files.slice(0, maxHotspots), reason: null }, cache, isFinal };
}

const scoreOf = ({ commits, uncovered, todos }: Omit<Hotspot, 'path' | 'score'>): number =>
  Math.min(commits * Math.max(1, uncovered ?? 1) * Math.max(1, todos), Number.MAX_SAFE_INTEGER);
