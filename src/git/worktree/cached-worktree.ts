import { splitPaths } from '../paths.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import { statColumns } from '../stat-rows.ts';
import type { SnapshotVerifier } from './worktree-verifier.ts';

/** The snapshot of the previous run with its paths by group, split on first use. */
export interface CachedWorktree {
  readonly snapshot: WorktreeSnapshot;
  readonly verifier: SnapshotVerifier;
  readonly tracked: () => readonly string[];
  readonly untracked: () => readonly string[];
  readonly watched: () => readonly string[];
  readonly watchedRows: Float64Array;
}

export function openSnapshot(
  snapshot: WorktreeSnapshot,
  verifier: SnapshotVerifier,
): CachedWorktree {
  const { files, links, untracked, rows } = snapshot;
  const firstUntracked = files + links;
  const firstWatched = firstUntracked + untracked;
  let paths: readonly string[] | null = null;
  const slice = (start: number, end?: number): readonly string[] =>
    (paths ??= splitPaths(snapshot.paths)).slice(start, end);
  return {
    snapshot,
    verifier,
    tracked: () => slice(0, files),
    untracked: () => slice(firstUntracked, firstWatched),
    watched: () => slice(firstWatched),
    watchedRows: rows.subarray(firstWatched * statColumns),
  };
}
