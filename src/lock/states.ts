import type { System } from '../system/system.ts';
import type { Liveness } from './liveness.ts';
import { formatOwner, type Owner } from './owner.ts';

/** The operation of a state. Paths are relative to `data/`. */
export type Operation = SyncOperation | AsyncOperation;

/** Each is one system call, except `remove-tree`. */
export type SyncOperation =
  /** `has-commit` checks whether the stage contains an unfinished commit. */
  | { readonly type: 'stat' | 'list' | 'has-commit'; readonly path: string }
  | { readonly type: 'mkdir' | 'mark' | 'touch'; readonly path: string }
  /** `unlink` fails for a directory, `rmdir` unless it is empty: neither can damage a held lock. */
  | { readonly type: 'unlink' | 'rmdir'; readonly path: string }
  /** Succeeds only if `to` does not exist or is an empty directory. */
  | { readonly type: 'rename'; readonly from: string; readonly to: string }
  /** Removes a directory recursively; only for paths that no other process uses. */
  | { readonly type: 'remove-tree'; readonly path: string };

export type AsyncOperation =
  /** Finishes the commit in a stage. */
  | { readonly type: 'replay'; readonly path: string }
  /** `wait` lasts two heartbeats of the owner, `stop` ends its process. */
  | { readonly type: 'check-liveness' | 'wait' | 'stop'; readonly owner: Owner };

export type Result =
  | { readonly type: 'done' | 'absent' }
  /** The path exists already, has the wrong type or is not empty. */
  | { readonly type: 'occupied' }
  /** A rename of a directory in a lower layer of overlayfs: its owner ended before this mount existed. */
  | { readonly type: 'lower-layer' }
  | { readonly type: 'file'; readonly ageMs: number }
  | {
      readonly type: 'dir';
      readonly ageMs: number;
      readonly mtimeMs: number;
      readonly isMarked: boolean;
    }
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: Liveness };

/** The data that a process carries from state to state. */
export interface Attempt {
  /** Whether its `.sync-lock.new.*` is complete and ready to be renamed to the lock. */
  readonly isBuilt: boolean;
  /** Age of the stale lock that it has removed. */
  readonly replacedMs: number | null;
}

/** The owner of the existing lock with the time and the age of its last heartbeat. */
interface Found extends Attempt {
  readonly owner: Owner;
  readonly mtimeMs: number;
  readonly ageMs: number;
  /** The last heartbeat when the owner was found silent, two heartbeats ago; null before that wait. */
  readonly silentSinceMs: number | null;
}

/** The lock belongs to this process; `name` is the owner directory in it. */
export interface OwnedLock {
  readonly name: string;
  readonly replacedMs: number | null;
}

/** Owners of `.sync-lock.new.*` directories, which may have died before they were finished. */
interface Leftovers {
  readonly builder: Owner;
  readonly rest: readonly Owner[];
}

export type TakeStep =
  | ({ readonly type: 'stat' } & Attempt)
  | ({ readonly type: 'list'; readonly isMarked: boolean; readonly ageMs: number } & Attempt)
  | ({ readonly type: 'stat-owner' } & Pick<Found, 'owner' | 'silentSinceMs'> & Attempt)
  | ({ readonly type: 'check-liveness' | 'wait' | 'stop' | 'touch' | 'claim' } & Found)
  | ({ readonly type: 'replay-lower' | 'remove-lower' } & Found)
  | ({ readonly type: 'unlink' | 'rmdir'; readonly ageMs: number | null } & Attempt)
  | ({ readonly type: 'mkdir' | 'mkdir-owner' | 'mkdir-stage' | 'mark' | 'install' } & Attempt)
  | ({ readonly type: 'replay' | 'clear-stage' | 'create-stage' | 'cleanup' } & OwnedLock)
  | ({ readonly type: 'cleanup-check' | 'cleanup-remove' } & Leftovers & OwnedLock);

/** The result of an attempt to take the lock. */
export type TakeEnd = ({ readonly type: 'held' } & OwnedLock) | NotTaken;

export type NotTaken =
  /** Another process has it; `isStuck`: it hangs and could not be stopped. */
  | { readonly type: 'skipped'; readonly isStuck: boolean }
  /** A stale directory with unknown content, which is not removed. */
  | { readonly type: 'foreign' };

export interface ReleaseStep {
  readonly type: 'check-commit' | 'clear-stage' | 'rmdir-owner' | 'rmdir-lock';
  readonly name: string;
}

/**
 * The result of a release. `lost`: another process has taken the lock over, and its lock is untouched.
 * `retained`: the lock contains an unfinished commit, which the next owner finishes.
 */
export interface ReleaseEnd {
  readonly type: 'released' | 'lost' | 'retained';
}

/** Constant in all states of one process. */
export interface LockSettings {
  readonly self: Owner;
  /** Name of the lock below `data/`. */
  readonly lock: string;
  readonly staleMs: number;
}

/**
 * The sticky bit marks a lock directory as created by this program: it is not set on other directories. Windows has no
 * such bit, so every directory counts as marked: an empty one is never a lock that this program holds.
 */
export const mark = 0o1000;
export const isMarked = (
  { mode }: { readonly mode: number },
  { platform }: Pick<System, 'platform'>,
): boolean => platform === 'win32' || (mode & mark) !== 0;

/** Returns the directory that a process builds and then renames to the lock. */
export const newDir = ({ lock, self }: LockSettings): string => `${lock}.new.${formatOwner(self)}`;
export const ownerDir = ({ lock }: LockSettings, name: string): string => `${lock}/${name}`;
export const stageDir = (settings: LockSettings, name: string): string =>
  `${ownerDir(settings, name)}/stage`;
