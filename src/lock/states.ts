import type { Verdict } from './liveness.ts';
import { formatOwner, type Owner } from './owner.ts';

/** What a state wants done. Paths are relative to `data/`. */
export type Operation = InstantOperation | SlowOperation;

/** All but `clear` are one system call. */
export type InstantOperation =
  /** `has-commit` asks whether a commit was begun in a stage. */
  | { readonly do: 'stat' | 'list' | 'has-commit'; readonly path: string }
  | { readonly do: 'make' | 'mark' | 'touch'; readonly path: string }
  /** `unlink` never removes a folder, `remove` only an empty one: neither can harm a held lock. */
  | { readonly do: 'unlink' | 'remove'; readonly path: string }
  /** Succeeds only when nothing, or an empty folder, lies at `to`. */
  | { readonly do: 'move'; readonly from: string; readonly to: string }
  /** Removes a folder with all that is in it; only what no other process can be using. */
  | { readonly do: 'clear'; readonly path: string };

export type SlowOperation =
  /** Finishes the commit that was begun in a stage. */
  | { readonly do: 'replay'; readonly path: string }
  /** `wait` gives the owner the time of two heartbeats, `stop` ends its process. */
  | { readonly do: 'judge' | 'wait' | 'stop'; readonly owner: Owner };

export type Result =
  | { readonly is: 'done' | 'absent' }
  /** Something else is in the way, or it is not empty. */
  | { readonly is: 'occupied' }
  | { readonly is: 'file'; readonly ageMs: number }
  | { readonly is: 'folder'; readonly ageMs: number; readonly isMarked: boolean }
  | { readonly is: 'names'; readonly names: readonly string[] }
  | { readonly is: Verdict };

/** What a process has in hand while it tries to take the lock. */
export interface Attempt {
  /** Whether its own `.sync-lock.new.*` is complete, ready to become the lock. */
  readonly isBuilt: boolean;
  /** Age of the stale lock that it has replaced. */
  readonly replacedMs: number | null;
}

/** The owner that was found, and the age of its last heartbeat. */
interface Found extends Attempt {
  readonly owner: Owner;
  readonly ageMs: number;
  /** Whether the owner has had the time to show a heartbeat. */
  readonly hasWaited: boolean;
}

/** The lock is ours: `name` is our folder in it. */
export interface Won {
  readonly name: string;
  readonly replacedMs: number | null;
}

/** Those who began to build a lock and may have died over it. */
interface Leftovers {
  readonly builder: Owner;
  readonly rest: readonly Owner[];
}

export type TakeStep =
  | ({ readonly at: 'look' } & Attempt)
  | ({ readonly at: 'list'; readonly isMarked: boolean; readonly ageMs: number } & Attempt)
  | ({ readonly at: 'examine'; readonly owner: Owner; readonly hasWaited: boolean } & Attempt)
  | ({ readonly at: 'judge' | 'wait' | 'stop' | 'touch' | 'seize' } & Found)
  | ({ readonly at: 'unlink' | 'vacate'; readonly ageMs: number | null } & Attempt)
  | ({ readonly at: 'make-folder' | 'make-own' | 'make-stage' | 'mark' | 'install' } & Attempt)
  | ({ readonly at: 'replay' | 'empty' | 'furnish' | 'sweep' } & Won)
  | ({ readonly at: 'sweep-judge' | 'sweep-clear' } & Leftovers & Won);

/** How an attempt to take the lock ends. */
export type TakeEnd = ({ readonly at: 'held' } & Won) | NotTaken;

export type NotTaken =
  /** Somebody else has it; `isStuck`: that one hangs, and could not be stopped. */
  | { readonly at: 'skipped'; readonly isStuck: boolean }
  /** A stale folder with a content that is not ours: only a person may decide. */
  | { readonly at: 'foreign' };

export interface ReleaseStep {
  readonly at: 'check' | 'clear-stage' | 'give-up' | 'tidy';
  readonly name: string;
}

/**
 * How a release ends: `lost`: another process had taken the lock away, and nothing of it was touched;
 * `kept`: left for the next owner, which finishes what is pending.
 */
export interface ReleaseEnd {
  readonly at: 'released' | 'lost' | 'kept';
}

/** What is the same in all states of one process. */
export interface Setting {
  readonly self: Owner;
  /** Name of the lock below `data/`. */
  readonly lock: string;
  readonly staleMs: number;
}

/** The sticky bit marks a lock as made by us: nobody sets it by chance on a folder of data. */
export const mark = 0o1000;
export const isMarked = ({ mode }: { readonly mode: number }): boolean => (mode & mark) !== 0;

/** Where a process prepares what is to become the lock. */
export const newFolder = ({ lock, self }: Setting): string => `${lock}.new.${formatOwner(self)}`;
export const ownFolder = ({ lock }: Setting, name: string): string => `${lock}/${name}`;
export const stageFolder = (setting: Setting, name: string): string =>
  `${ownFolder(setting, name)}/stage`;
