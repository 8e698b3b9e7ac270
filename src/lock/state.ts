import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timestamp } from '../schema/timestamp.ts';
import { errnoOf } from '../util/errors.ts';
import { toFileError } from '../util/fs.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { identify, judge } from './liveness.ts';
import { formatOwner, parseOwner } from './owner.ts';
import { isMarked } from './states.ts';

/** Who holds the lock. */
export type LockState =
  | { readonly type: 'free' }
  | {
      readonly type: 'held';
      readonly pid: number;
      /** Name of the machine, as far as it fits into a file name. */
      readonly host: string;
      readonly since: Timestamp;
      readonly heartbeatAt: Timestamp;
      /** `no`: the next run takes over at once. `unknown`: can't be examined from here. */
      readonly alive: 'yes' | 'no' | 'unknown';
    }
  /** Not made by this program. */
  | { readonly type: 'foreign'; readonly what: 'file' | 'folder'; readonly since: Timestamp };

const words = { alive: 'yes', dead: 'no', unknown: 'unknown' } as const;

/** Tells who holds the lock. Changes nothing and, but for `ps` on macOS, starts nothing. Throws `FileError`. */
export async function inspectLock(workspace: Workspace, system: System): Promise<LockState> {
  const { lock } = workspace;
  const stats = await orNull(lock, (path) => lstat(path));
  if (stats === null) return { type: 'free' };
  const since = toInstant(stats);
  if (!stats.isDirectory()) return { type: 'foreign', what: 'file', since };
  const names = await orNull(lock, (path) => readdir(path));
  // Gone since the look at it: look again.
  if (names === null) return inspectLock(workspace, system);
  const owner = names.map(parseOwner).find((one) => one !== null);
  if (owner === undefined) {
    if (names.length === 0 && isMarked(stats)) return { type: 'free' };
    return { type: 'foreign', what: 'folder', since };
  }
  const heartbeat = await orNull(join(lock, formatOwner(owner)), (path) => lstat(path));
  if (heartbeat === null) return inspectLock(workspace, system);
  const verdict = await judge(owner, await identify(system), system);
  return {
    type: 'held',
    pid: owner.pid,
    host: owner.host.replace(/-[^-]*$/, ''),
    since,
    // proper-lockfile dates the first one up to a second ahead.
    heartbeatAt: new Date(Math.min(heartbeat.mtimeMs, system.now().getTime())).toISOString(),
    alive: words[verdict],
  };
}

const toInstant = ({ mtime }: Stats): Timestamp => mtime.toISOString();

async function orNull<T>(path: string, look: (path: string) => Promise<T>): Promise<T | null> {
  try {
    return await look(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return null;
    throw toFileError(error, path);
  }
}
