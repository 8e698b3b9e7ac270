import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timestamp } from '../schema/timestamp.ts';
import { ifExists } from '../util/fs.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { identify, checkLiveness } from './liveness.ts';
import { formatOwner, parseOwner } from './owner.ts';
import { isMarked } from './states.ts';

/** The lock as other processes see it. */
export type LockState =
  | { readonly type: 'free' }
  | {
      readonly type: 'held';
      readonly pid: number;
      /** Name of the host, shortened to fit into a file name. */
      readonly host: string;
      readonly since: Timestamp;
      readonly heartbeatAt: Timestamp;
      /** `no`: the next run takes over at once. `unknown`: can't be checked from here. */
      readonly alive: 'yes' | 'no' | 'unknown';
    }
  /** Not created by this program. */
  | {
      readonly type: 'foreign';
      readonly fileType: 'file' | 'directory';
      readonly since: Timestamp;
    };

const aliveWords = { alive: 'yes', dead: 'no', unknown: 'unknown' } as const;

/** Returns the holder of the lock. Read-only; starts no process except `ps` on macOS. Throws `FileError`. */
export async function inspectLock(workspace: Workspace, system: System): Promise<LockState> {
  const { lock } = workspace;
  const stats = await ifExists(lock, (path) => lstat(path));
  if (stats === null) return { type: 'free' };
  const since = toTimestamp(stats);
  if (!stats.isDirectory()) return { type: 'foreign', fileType: 'file', since };
  const names = await ifExists(lock, (path) => readdir(path));
  // Released between the two calls.
  if (names === null) return inspectLock(workspace, system);
  const owner = names.map(parseOwner).find((one) => one !== null);
  if (owner === undefined) {
    if (names.length === 0 && isMarked(stats, system)) return { type: 'free' };
    return { type: 'foreign', fileType: 'directory', since };
  }
  const heartbeat = await ifExists(join(lock, formatOwner(owner)), (path) => lstat(path));
  if (heartbeat === null) return inspectLock(workspace, system);
  const liveness = await checkLiveness(owner, await identify(system), system);
  return {
    type: 'held',
    pid: owner.pid,
    host: owner.host.replace(/-[^-]*$/, ''),
    since,
    // proper-lockfile sets the first one up to a second in the future.
    heartbeatAt: new Date(Math.min(heartbeat.mtimeMs, system.now().getTime())).toISOString(),
    alive: aliveWords[liveness],
  };
}

const toTimestamp = ({ mtime }: Stats): Timestamp => mtime.toISOString();
