import { workerData } from 'node:worker_threads';
import { isUnchanged } from './is-unchanged.ts';
import { verdict, type VerifyTask } from './verify-task.ts';
import { splitPaths } from '../paths.ts';

/** The entry of the second thread: checks the trees that nobody else does. */
function check({ trees, verdicts }: VerifyTask): void {
  for (const [number, tree] of trees.entries()) {
    if (Atomics.compareExchange(verdicts, number, verdict.free, verdict.taken) !== verdict.free) {
      continue;
    }
    const seen = { ...tree, paths: splitPaths(tree.pathBytes) };
    const isSame = (start: number, end: number): boolean => {
      for (let at = start; at < end; at += 1) if (!isUnchanged(seen, at)) return false;
      return true;
    };
    const sameTracked = isSame(0, tree.tracked) ? verdict.sameTracked : 0;
    const sameWatched = isSame(tree.watchedFrom, seen.paths.length) ? verdict.sameWatched : 0;
    Atomics.store(verdicts, number, verdict.looked + sameTracked + sameWatched);
    Atomics.notify(verdicts, number);
  }
}

check(workerData as VerifyTask);
