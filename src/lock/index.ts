import { delay } from '../util/async.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { messageOf, UserError } from '../util/errors.ts';
import { toIoError } from '../util/fs.ts';
import { ensureDir } from '../util/fs-write.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { acquire, lockLost, type Acquired, type Lock } from './acquire.ts';
import { createEngine, type Engine } from './engine.ts';
import { inspectLock, type LockState } from './state.ts';

export { lockLost, type Lock } from './acquire.ts';

export interface LockOptions {
  readonly workspace: Workspace;
  /**
   * An owner that is alive is stopped after this time without a heartbeat, and a lock without heartbeat replaced.
   * An owner that can't be checked loses the lock after five minutes.
   */
  readonly staleMs: number;
  /** How long to wait for another owner to release it; 0 does not wait. */
  readonly waitMs: number;
  readonly system: System;
  readonly onEvent: (event: LockEvent) => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

export type LockEvent =
  /** The lock of a dead owner, or of one that was silent for too long, was replaced. */
  | { readonly type: 'stale-lock'; readonly ageMinutes: number }
  | { readonly type: 'warning'; readonly warning: Diagnostic };

export type LockResult<T> =
  { readonly held: true; readonly value: T } | { readonly held: false; readonly holder: LockState };

/** Time between two checks while waiting. */
const pollMs = 100;

/**
 * Calls `work` while this process holds the lock of the workspace, or returns the holder. Creates `data/`. Throws the
 * error of `work`, the reason of the signal, or `UserError` with code `lock-lost`, `io`, or `data` if the lock is an
 * unknown directory or contains a damaged commit.
 */
export async function withLock<T>(
  options: LockOptions,
  work: (lock: Lock) => Promise<T>,
): Promise<LockResult<T>> {
  const { system, signal, onEvent } = options;
  const engine = await createEngine({ ...options, signal });
  // Before the lock is taken: proper-lockfile registers its own hook later.
  const exitHook = system.onExit(() => {
    try {
      engine.release();
    } catch {
      // The process is exiting; the next run finds a dead owner and takes over.
    }
  });
  try {
    const lock = await waitForLock(options, engine);
    if (!('stage' in lock)) return { held: false, holder: lock };
    return { held: true, value: await hold(lock, work, onEvent) };
  } finally {
    exitHook[Symbol.dispose]();
  }
}

/** Resolves with the lock, or with its holder if it was not released in time. */
async function waitForLock(options: LockOptions, engine: Engine): Promise<Acquired | LockState> {
  const { workspace, staleMs, waitMs, system, signal, onEvent } = options;
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await engine.take({ readOnly: true });
    if (seen === null) await createDataDir(workspace);
    const end = seen ?? (await acquire(workspace.lock, staleMs, engine));
    if (end.type === 'acquired') return end;
    if (end.type === 'foreign') throw foreignLock(workspace);
    const holder = await inspectLock(workspace, system);
    // Released, or its owner died, since the attempt.
    if (holder.type === 'free' || (holder.type === 'held' && holder.alive === 'no')) continue;
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) {
      if (end.type === 'skipped' && end.isStuck)
        onEvent({ type: 'warning', warning: stuckLock(holder) });
      return holder;
    }
    await delay(Math.min(pollMs, leftMs), signal);
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
      const message = `the lock could not be released: ${messageOf(cause)}`;
      onEvent({ type: 'warning', warning: diagnostic('lock-not-released', { message }) });
    });
    throw error;
  }
  const wasLost = lock.lost.aborted;
  const { type: at } = await lock.release();
  if (wasLost || at === 'lost') throw lockLost();
  return value;
}

const foreignLock = ({ lock }: Workspace): UserError =>
  new UserError('data', `${lock} contains files that sync-runner did not create`, {
    hint: 'inspect it, move it away, then run again',
  });

function stuckLock(holder: LockState): Diagnostic {
  const pid = holder.type === 'held' ? String(holder.pid) : null;
  const run = pid === null ? 'a run' : `the run with pid ${pid}`;
  return diagnostic('lock-stuck', {
    message: `${run} hangs and could not be stopped; end it manually`,
    hint: pid === null ? null : `kill -9 ${pid}`,
  });
}

async function createDataDir({ data }: Workspace): Promise<void> {
  try {
    await ensureDir(data);
  } catch (error) {
    throw toIoError(error);
  }
}
