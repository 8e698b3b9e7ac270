import { workerData } from 'node:worker_threads';
import { splitPaths } from '../paths.ts';
import { statColumns } from '../stat-rows.ts';
import { isUnchanged, verifyState, type VerifyTask } from './verify-task.ts';

/** Entry of the worker thread: verifies the work trees that the main thread has not claimed. */
function verify({ worktrees, rows: allRows, states }: VerifyTask): void {
  const { unclaimed, claimed, done, trackedUnchanged, watchedUnchanged } = verifyState;
  for (const [number, worktree] of worktrees.entries()) {
    if (Atomics.compareExchange(states, number, unclaimed, claimed) !== unclaimed) continue;
    const { workTree, firstRow } = worktree;
    const paths = splitPaths(worktree.paths);
    const rows = allRows.subarray(firstRow * statColumns);
    const areUnchanged = (start: number, end: number): boolean => {
      for (let at = start; at < end; at += 1) {
        if (!isUnchanged({ workTree, rows }, paths[at], at)) return false;
      }
      return true;
    };
    const tracked = areUnchanged(0, worktree.trackedCount) ? trackedUnchanged : 0;
    const watched = areUnchanged(worktree.firstWatched, paths.length) ? watchedUnchanged : 0;
    Atomics.store(states, number, done + tracked + watched);
    Atomics.notify(states, number);
  }
}

verify(workerData as VerifyTask);
