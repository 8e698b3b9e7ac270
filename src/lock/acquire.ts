import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { callbackify } from 'node:util';
import { errnoOf, UserError } from '../util/errors.ts';
import { heartbeatMs, type Engine } from './engine.ts';
import type { NotTaken, ReleaseEnd, TakeEnd } from './states.ts';

/** The lock in the hands of its owner. */
export interface Lock {
  /**
   * Everything that is to be committed is prepared in this folder. A process that loses the lock loses
   * this folder with it: the source of its renames is gone, so that it can commit nothing more.
   */
  readonly stage: string;
  /** Aborted, with `UserError` LOCK_LOST for a reason, when the lock is found lost. */
  readonly lost: AbortSignal;
}

export interface Acquired extends Lock {
  readonly at: 'acquired';
  /** Age of the stale lock that was replaced, in milliseconds. */
  readonly replacedMs: number | null;
  /** Throws `UserError` IO when the disk refuses. */
  readonly release: () => Promise<ReleaseEnd>;
}

export const lockLost = (): UserError =>
  new UserError('lock-lost', 'another run has taken the lock; nothing more was written');

/**
 * Takes the lock through proper-lockfile, which then keeps up the heartbeat, notices a loss and cleans up
 * at exit. Only its takeover and its release are replaced, through its `fs` option: they go by the path,
 * so that two processes get in and a late one removes its successor's lock
 * (moxystudio/node-proper-lockfile#121). Loaded when needed: the import alone costs 10 ms, and changes how
 * signals are handled.
 */
export async function acquire(
  path: string,
  staleMs: number,
  engine: Engine,
): Promise<Acquired | NotTaken> {
  // A CommonJS package: bundled, it has nothing but a default export.
  const { default: lockfile } = await import('proper-lockfile');
  const lost = new AbortController();
  const taken: { end: TakeEnd; own: string } = {
    end: { at: 'skipped', isStuck: false },
    own: path,
  };
  const take = async (): Promise<void> => {
    taken.end = (await engine.take({ readOnly: false })) ?? taken.end;
    if (taken.end.at !== 'held') throw Object.assign(new Error('not ours'), { code: 'ELOCKED' });
    taken.own = join(path, taken.end.name);
  };
  const release = (): void => void engine.release();
  try {
    const unlock = await lockfile.lock(path, {
      lockfilePath: path,
      stale: staleMs,
      update: heartbeatMs(staleMs),
      realpath: false,
      retries: 0,
      onCompromised: () => {
        lost.abort(lockLost());
      },
      fs: {
        mkdir: callbackify(take),
        stat: callbackify(() => stat(taken.own)),
        utimes: callbackify((_path: string, accessed: Date, modified: Date) =>
          utimes(taken.own, accessed, modified),
        ),
        rmdir: callbackify(() => Promise.resolve().then(release)),
        rmdirSync: release,
      },
    });
    if (taken.end.at !== 'held') throw new Error('proper-lockfile has a lock that is not ours');
    return {
      at: 'acquired',
      stage: join(taken.own, 'stage'),
      lost: lost.signal,
      replacedMs: taken.end.replacedMs,
      release: async () => {
        // Once it has found the lock lost, the package has let it go by itself.
        if (!lost.signal.aborted) await unlock();
        return engine.release();
      },
    };
  } catch (error) {
    release();
    if (errnoOf(error) === 'ELOCKED' && taken.end.at !== 'held') return taken.end;
    throw error;
  }
}
