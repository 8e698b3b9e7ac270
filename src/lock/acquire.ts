import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { callbackify } from 'node:util';
import { errnoOf, UserError } from '../util/errors.ts';
import { toFileError } from '../util/fs.ts';
import { heartbeatMs, type Engine } from './engine.ts';
import type { NotTaken, ReleaseEnd, TakeEnd } from './states.ts';

/** The lock as its owner uses it. */
export interface Lock {
  /**
   * Commits are prepared in this directory. It is part of the lock, so a process that loses the lock loses
   * the source of its renames and can't commit anything more.
   */
  readonly stage: string;
  /** Aborted when the lock is lost; the reason is a `UserError` with code `lock-lost`. */
  readonly lost: AbortSignal;
}

export interface Acquired extends Lock {
  readonly type: 'acquired';
  /** Age of the stale lock that was replaced, in milliseconds. */
  readonly replacedMs: number | null;
  /** Throws `UserError` with code `io`. */
  readonly release: () => Promise<ReleaseEnd>;
}

export const lockLost = (): UserError =>
  new UserError('lock-lost', 'another run has taken the lock over; nothing more was written');

const lockRemoved = (path: string): UserError =>
  new UserError('lock-lost', `${path} was removed while it was taken; nothing was written`, {
    hint: 'run again',
  });

/**
 * Takes the lock through proper-lockfile, which sends the heartbeat, detects a loss and cleans up at exit. Its `fs`
 * option replaces takeover and release, which identify the lock by its path only: two processes can take over the
 * same stale lock, and the slower one removes the lock of its successor (moxystudio/node-proper-lockfile#121).
 * Imported when needed: the import takes 10 ms and changes the handling of signals. Throws `FileError`, or
 * `UserError` with code `lock-lost` if the lock is removed meanwhile.
 */
export async function acquire(
  path: string,
  staleMs: number,
  engine: Engine,
): Promise<Acquired | NotTaken> {
  // Bundled, the CommonJS package has only a default export.
  const { default: lockfile } = await import('proper-lockfile');
  const lost = new AbortController();
  const taken: { end: TakeEnd; own: string } = {
    end: { type: 'skipped', isStuck: false },
    own: path,
  };
  const take = async (): Promise<void> => {
    taken.end = (await engine.take({ readOnly: false })) ?? taken.end;
    if (taken.end.type !== 'held') throw Object.assign(new Error('locked'), { code: 'ELOCKED' });
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
    if (taken.end.type !== 'held')
      throw new Error('proper-lockfile holds a lock of another process');
    return {
      type: 'acquired',
      stage: join(taken.own, 'stage'),
      lost: lost.signal,
      replacedMs: taken.end.replacedMs,
      release: async () => {
        // After a loss the package has released it itself.
        if (!lost.signal.aborted) await unlock();
        return engine.release();
      },
    };
  } catch (error) {
    release();
    if (taken.end.type !== 'held') {
      if (errnoOf(error) === 'ELOCKED') return taken.end;
      throw error;
    }
    // The package has called stat or utimes on the own directory.
    throw errnoOf(error) === 'ENOENT' ? lockRemoved(path) : toFileError(error, path);
  }
}
