import { equalsRow } from '../stat-rows.ts';
import { lstatState } from '../../util/fs-sync.ts';

/** A work tree as the previous run left it. */
export interface WorktreeToVerify {
  readonly workTree: string;
  /** Each terminated by NUL: tracked files first, watched paths last. */
  readonly paths: string;
  /** The position of the first row in `VerifyTask.rows`. */
  readonly firstRow: number;
  readonly trackedCount: number;
  readonly firstWatched: number;
}

/** Task of the verify worker. */
export interface VerifyTask {
  readonly worktrees: readonly WorktreeToVerify[];
  /** The stats of all paths (see `stat-rows.ts`), in shared memory. */
  readonly rows: Float64Array;
  /** A `verifyState` per work tree, in shared memory. */
  readonly states: Int32Array;
}

/** Unclaimed, claimed by a thread, or done. `trackedUnchanged` and `watchedUnchanged` are flags of `done`. */
export const verifyState = {
  unclaimed: 0,
  claimed: 1,
  done: 2,
  trackedUnchanged: 4,
  watchedUnchanged: 8,
} as const;

/** Whether the stats of a path, relative to the work tree, equal its row; `''` is the work tree itself. */
export const isUnchanged = (
  { workTree, rows }: { readonly workTree: string; readonly rows: Float64Array },
  path: string | undefined,
  index: number,
): boolean => equalsRow(rows, index, lstatState(path ? `${workTree}/${path}` : workTree));
