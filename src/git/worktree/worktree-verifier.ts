import type { YieldToEventLoop } from '../../util/async.ts';
import type { System } from '../../system/system.ts';
import { isUnchanged } from './is-unchanged.ts';
import { verdict, type VerifyTask, type WorktreeToVerify } from './verify-task.ts';
import { statColumns } from './stat-rows.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import { pathBytesOf } from '../packed-tables.ts';

/** Compares a work tree with what the last run saw of it. */
export interface SnapshotVerifier {
  /** Whether what is watched is as it was: then there are no other untracked files than the last run saw. */
  readonly isWatchedSame: () => Promise<boolean>;
  /** Whether the tracked files are as they were. */
  readonly areTrackedSame: () => Promise<boolean>;
}

export interface WorktreeVerifier {
  /** Says what may be asked for, mostly in this order: if that is much, a second thread goes ahead. */
  readonly begin: (scenes: readonly (readonly [workTree: string, WorktreeSnapshot])[]) => void;
  readonly of: (workTree: string, scene: WorktreeSnapshot) => SnapshotVerifier;
}

/** Fewer rows are compared sooner than a second thread has started. */
const rowsForThread = 20_000;

/** The checks of one run. Two threads never look at the same tree; if the second one fails, the first does it all. */
export function createWorktreeVerifier(context: {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly pause: YieldToEventLoop;
}): WorktreeVerifier {
  const { system, signal, pause } = context;
  const numbers = new Map<string, number>();
  const own = new Set<number>();
  let verdicts: Int32Array = new Int32Array();
  let threadEnd = Promise.resolve();

  const begin: WorktreeVerifier['begin'] = (scenes) => {
    const rows = scenes.reduce((sum, [, { table }]) => sum + table.rows.length / statColumns, 0);
    if (rows < rowsForThread || system.parallelism < 2) return;
    const trees = shareTrees(scenes);
    verdicts = new Int32Array(new SharedArrayBuffer(trees.length * Int32Array.BYTES_PER_ELEMENT));
    for (const [number, { workTree }] of trees.entries()) numbers.set(workTree, number);
    const task: VerifyTask = { trees, verdicts };
    threadEnd = system
      .runInThread('verify-worktrees', task, { signal, onMessage: () => undefined })
      .catch(() => undefined);
  };

  /** What the second thread says of a tree; null when it has not looked. */
  const askThread = async (workTree: string): Promise<number | null> => {
    const number = numbers.get(workTree);
    if (number === undefined || own.has(number)) return null;
    const before = Atomics.compareExchange(verdicts, number, verdict.free, verdict.taken);
    if (before === verdict.free) {
      own.add(number);
      return null;
    }
    const change = Atomics.waitAsync(verdicts, number, verdict.taken);
    if (change.async) await Promise.race([change.value, threadEnd]);
    signal.throwIfAborted();
    const now = Atomics.load(verdicts, number);
    return now === verdict.taken ? null : now;
  };

  const of: WorktreeVerifier['of'] = (workTree, scene) => {
    const { files, links, untracked, table } = scene;
    const tracked = files + links;
    const isSame = async (start: number, end: number, told: number): Promise<boolean> => {
      const said = await askThread(workTree);
      if (said !== null) return (said & told) !== 0;
      const seen = { workTree, paths: table.paths, rows: table.rows };
      for (let at = start; at < end; at += 1) {
        if (at % 64 === 0) await pause();
        if (!isUnchanged(seen, at)) return false;
      }
      return true;
    };
    const rows = table.rows.length / statColumns;
    return {
      isWatchedSame: () => isSame(tracked + untracked, rows, verdict.sameWatched),
      areTrackedSame: () => isSame(0, tracked, verdict.sameTracked),
    };
  };
  return { begin, of };
}

/** The trees of scenes with their tables in shared memory. */
function shareTrees(
  scenes: readonly (readonly [string, WorktreeSnapshot])[],
): readonly WorktreeToVerify[] {
  return scenes.map(([workTree, { files, links, untracked, table }]) => {
    const bytes = pathBytesOf(table);
    const rowBytes = table.rows.byteLength;
    const shared = new SharedArrayBuffer(rowBytes + bytes.byteLength);
    const rows = new Float64Array(shared, 0, table.rows.length);
    const pathBytes = new Uint8Array(shared, rowBytes);
    rows.set(table.rows);
    pathBytes.set(bytes);
    const tracked = files + links;
    return { workTree, pathBytes, rows, tracked, watchedFrom: tracked + untracked };
  });
}
