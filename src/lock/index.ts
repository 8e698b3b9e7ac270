import { UserError } from '../util/errors.ts';
import { FileError, ensureDir } from '../util/fs.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { acquire, lockLost, type Acquired, type Lock } from './acquire.ts';
import { createEngine, pause, type Engine } from './engine.ts';
import { inspectLock, type LockState } from './state.ts';

export type { Lock } from './acquire.ts';

export interface LockOptions {
  readonly workspace: Workspace;
  /** After so long without a heartbeat, an owner that can't be examined loses the lock. */
  readonly staleMs: number;
  /** How long to wait for another owner to let go; 0 does not wait. */
  readonly waitMs: number;
  readonly system: System;
  readonly onEvent: (event: LockEvent) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

export type LockEvent =
  /** The lock of a dead owner, or of one that was silent for too long, was replaced. */
  | { readonly type: 'stale-lock'; readonly ageMinutes: number }
  | { readonly type: 'warning'; readonly message: string };

export type LockResult<T> =
  { readonly held: true; readonly value: T } | { readonly held: false; readonly holder: LockState };

/** How often a waiting process looks whether the lock is free. */
const pollMs = 100;

/**
 * Does the work while it holds the workspace's lock, or tells who else holds it. Creates `data/` if need
 * be. Throws what the work throws, the signal's reason, and `UserError`: LOCK_LOST (another process took
 * the lock away), IO (the disk refuses), DATA (a foreign folder or a damaged commit is in the way).
 */
export async function withLock<T>(
  options: LockOptions,
  work: (lock: Lock) => Promise<T>,
): Promise<LockResult<T>> {
  const { system, signal, onEvent } = options;
  const engine = await createEngine({ ...options, signal });
  // Before the lock is taken: proper-lockfile knows of it only some time after.
  const exitHook = system.onExit(() => {
    try {
      engine.release();
    } catch {
      // There is nobody to tell any more; the next run finds a dead owner and takes over.
    }
  });
  try {
    const answer = await waitForLock(options, engine);
    if (!('stage' in answer)) return { held: false, holder: answer };
    return { held: true, value: await hold(answer, work, onEvent) };
  } finally {
    exitHook[Symbol.dispose]();
  }
}

/** The lock, or who holds it when it was not to be had in time. */
async function waitForLock(options: LockOptions, engine: Engine): Promise<Acquired | LockState> {
  const { workspace, staleMs, waitMs, system, signal, onEvent } = options;
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await engine.take({ readOnly: true });
    if (seen === null) await makeDataFolder(workspace);
    const end = seen ?? (await acquire(workspace.lock, staleMs, engine));
    if (end.at === 'acquired') return end;
    if (end.at === 'foreign') throw foreignFolder(workspace);
    const holder = await inspectLock(workspace, system);
    // Let go, or left by a dead owner, since: it can be had now.
    if (holder.type === 'free' || (holder.type === 'held' && holder.alive === 'no')) continue;
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) {
      if (end.at === 'skipped' && end.isStuck)
        onEvent({ type: 'warning', message: stuckText(holder) });
      return holder;
    }
    await pause(Math.min(pollMs, leftMs), signal);
  }
}

async function hold<T>(
  lock: Acquired,
  work: (lock: Lock) => Promise<T>,
  onEvent: LockOptions['onEvent'],
): Promise<T> {
  if (lock.replacedMs !== null) {
    const ageMinutes = Math.max(0, Math.floor(lock.replacedMs / 60_000));
    onEvent({ type: 'stale-lock', ageMinutes });
  }
  let value: T;
  try {
    value = await work({ stage: lock.stage, lost: lock.lost });
  } catch (error) {
    await lock.release().catch((cause: unknown) => {
      const message = cause instanceof Error ? cause.message : String(cause);
      onEvent({ type: 'warning', message: `the lock could not be released: ${message}` });
    });
    throw error;
  }
  const wasLost = lock.lost.aborted;
  const { at } = await lock.release();
  if (wasLost || at === 'lost') throw lockLost();
  return value;
}

const foreignFolder = ({ lock }: Workspace): UserError =>
  new UserError('data', `${lock} holds things that no run of this program has put there`, {
    hint: 'look into it, move it away, then run again',
  });

function stuckText(holder: LockState): string {
  const who = holder.type === 'held' ? `the run with pid ${String(holder.pid)}` : 'a run';
  return `${who} hangs and could not be stopped; end it by hand`;
}

async function makeDataFolder({ data }: Workspace): Promise<void> {
  try {
    await ensureDir(data);
  } catch (error) {
    throw error instanceof FileError ? new UserError('io', error.message, { cause: error }) : error;
  }
}
