import type { YieldToEventLoop } from '../../util/async.ts';
import { lstatState } from '../../util/fs-sync.ts';
import { splitPaths } from '../paths.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import { equalsRow, statColumns } from '../stat-rows.ts';

/** A work tree with its snapshot of the previous run. */
export interface CachedWorktree {
  readonly snapshot: WorktreeSnapshot;
  /** The paths by group, split on first use. */
  readonly tracked: () => readonly string[];
  readonly untracked: () => readonly string[];
  readonly watched: () => readonly string[];
  readonly watchedRows: Float64Array;
  /** Whether all watched paths are unchanged: then the work tree has the same untracked files. */
  readonly isWatchedUnchanged: () => Promise<boolean>;
  readonly areTrackedUnchanged: () => Promise<boolean>;
}

export function openSnapshot(
  workTree: string,
  snapshot: WorktreeSnapshot,
  yieldToEventLoop: YieldToEventLoop,
): CachedWorktree {
  const { files, links, untracked, rows } = snapshot;
  const firstUntracked = files + links;
  const firstWatched = firstUntracked + untracked;
  let split: readonly string[] | null = null;
  const paths = (): readonly string[] => (split ??= splitPaths(snapshot.paths));
  const areUnchanged = async (start: number, end: number): Promise<boolean> => {
    for (let at = start; at < end; at += 1) {
      if (at % 64 === 0) await yieldToEventLoop();
      // An empty path is the work tree itself.
      const path = paths()[at];
      if (!equalsRow(rows, at, lstatState(path ? `${workTree}/${path}` : workTree))) return false;
    }
    return true;
  };
  return {
    snapshot,
    tracked: () => paths().slice(0, files),
    untracked: () => paths().slice(firstUntracked, firstWatched),
    watched: () => paths().slice(firstWatched),
    watchedRows: rows.subarray(firstWatched * statColumns),
    isWatchedUnchanged: () => areUnchanged(firstWatched, rows.length / statColumns),
    areTrackedUnchanged: () => areUnchanged(0, firstUntracked),
  };
}
