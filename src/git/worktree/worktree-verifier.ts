import type { System } from '../../system/system.ts';
import type { YieldToEventLoop } from '../../util/async.ts';
import { splitPaths } from '../paths.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import { statColumns } from '../stat-rows.ts';
import { isUnchanged, verifyState, type VerifyTask } from './verify-task.ts';

/** Compares a work tree with its snapshot. */
export interface SnapshotVerifier {
  /** Whether all watched paths are unchanged: then the work tree has the same untracked files. */
  readonly isWatchedUnchanged: () => Promise<boolean>;
  readonly areTrackedUnchanged: () => Promise<boolean>;
}

export interface WorktreeVerifier {
  /** Starts a worker thread if the snapshots are large. They should be verified in this order. */
  readonly prefetch: (
    snapshots: readonly (readonly [workTree: string, WorktreeSnapshot])[],
  ) => void;
  readonly verifierFor: (workTree: string, snapshot: WorktreeSnapshot) => SnapshotVerifier;
}

/** Fewer rows are compared in less time than a thread needs to start. */
const minRowsForWorker = 20_000;

/**
 * Creates the verifier of a run. The main thread and the worker claim work trees from the same list; if the
 * worker fails, the main thread verifies all of them.
 */
export function createWorktreeVerifier(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly yieldToEventLoop: YieldToEventLoop;
}): WorktreeVerifier {
  const { system, signal, yieldToEventLoop } = context;
  const { unclaimed, claimed, trackedUnchanged, watchedUnchanged } = verifyState;
  const numbers = new Map<string, number>();
  const own = new Set<number>();
  let states: Int32Array = new Int32Array();
  let workerEnd = Promise.resolve();

  const prefetch: WorktreeVerifier['prefetch'] = (snapshots) => {
    const rowCount = snapshots.reduce((sum, [, { rows }]) => sum + rows.length / statColumns, 0);
    if (rowCount < minRowsForWorker || system.parallelism < 2) return;
    states = new Int32Array(new SharedArrayBuffer(snapshots.length * Int32Array.BYTES_PER_ELEMENT));
    const allRows = new Float64Array(
      new SharedArrayBuffer(rowCount * statColumns * Float64Array.BYTES_PER_ELEMENT),
    );
    let firstRow = 0;
    const worktrees = snapshots.map(([workTree, { files, links, untracked, paths, rows }], at) => {
      numbers.set(workTree, at);
      const trackedCount = files + links;
      const firstWatched = trackedCount + untracked;
      const worktree = { workTree, paths, firstRow, trackedCount, firstWatched };
      allRows.set(rows, firstRow * statColumns);
      firstRow += rows.length / statColumns;
      return worktree;
    });
    const task: VerifyTask = { worktrees, rows: allRows, states };
    workerEnd = system
      .runInThread('verify-worktrees', task, {
        signal,
        onMessage: () => undefined,
        // Stats are garbage at once. The default takes 12 MB more.
        maxYoungGenerationMb: 4,
      })
      .catch(() => undefined);
  };

  /** Returns the final state from the worker; null if this thread has to verify the work tree. */
  const workerState = async (workTree: string): Promise<number | null> => {
    const number = numbers.get(workTree);
    if (number === undefined || own.has(number)) return null;
    if (Atomics.compareExchange(states, number, unclaimed, claimed) === unclaimed) {
      own.add(number);
      return null;
    }
    const change = Atomics.waitAsync(states, number, claimed);
    if (change.async) await Promise.race([change.value, workerEnd]);
    signal.throwIfAborted();
    const state = Atomics.load(states, number);
    return state === claimed ? null : state;
  };

  const verifierFor: WorktreeVerifier['verifierFor'] = (workTree, snapshot) => {
    const { files, links, untracked, rows } = snapshot;
    const trackedCount = files + links;
    const areUnchanged = async (start: number, end: number, flag: number): Promise<boolean> => {
      const state = await workerState(workTree);
      if (state !== null) return (state & flag) !== 0;
      const paths = splitPaths(snapshot.paths);
      for (let at = start; at < end; at += 1) {
        if (at % 64 === 0) await yieldToEventLoop();
        if (!isUnchanged({ workTree, rows }, paths[at], at)) return false;
      }
      return true;
    };
    const rowCount = rows.length / statColumns;
    return {
      isWatchedUnchanged: () => areUnchanged(trackedCount + untracked, rowCount, watchedUnchanged),
      areTrackedUnchanged: () => areUnchanged(0, trackedCount, trackedUnchanged),
    };
  };
  return { prefetch, verifierFor };
}
