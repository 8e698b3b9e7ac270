import { workerData } from 'node:worker_threads';
import { isAsSeen } from './as-before.ts';
import { verdict, type CheckTask } from './check-task.ts';
import { pathsIn } from './paths.ts';

/** The entry of the second thread: checks the trees that nobody else does. */
function check({ trees, verdicts }: CheckTask): void {
  for (const [number, tree] of trees.entries()) {
    if (Atomics.compareExchange(verdicts, number, verdict.free, verdict.taken) !== verdict.free) {
      continue;
    }
    const seen = { ...tree, paths: pathsIn(tree.pathBytes) };
    const isSame = (start: number, end: number): boolean => {
      for (let at = start; at < end; at += 1) if (!isAsSeen(seen, at)) return false;
      return true;
    };
    const sameTracked = isSame(0, tree.tracked) ? verdict.sameTracked : 0;
    const sameWatched = isSame(tree.watchedFrom, seen.paths.length) ? verdict.sameWatched : 0;
    Atomics.store(verdicts, number, verdict.looked + sameTracked + sameWatched);
    Atomics.notify(verdicts, number);
  }
}

check(workerData as CheckTask);
