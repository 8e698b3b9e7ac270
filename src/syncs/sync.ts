import type { HistoryEntry, Options, Snapshot, SyncName } from '../schema/syncs.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { RepositoryReader } from '../git/repository.ts';
import type { System } from '../system/system.ts';

/** What a sync saw, and the numbers for its closing line. */
export interface Collected<Name extends SyncName> {
  readonly snapshot: Snapshot<Name>;
  /** For the sync's closing line and the status, for example `{ updated: 14, added: 0 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Replaces the sync's cache; absent leaves it as it is, null removes it. */
  readonly cache?: Uint8Array | null;
  /** What went wrong in a part of the work: the rest is stored, and the sync counts as failed. */
  readonly failure?: unknown;
}

/** Looks at the world and describes it. It never writes: the run stores what it returns. */
export interface Sync<Name extends SyncName> {
  readonly name: Name;
  collect(context: SyncContext<Name>): Promise<Collected<Name>>;
  /** Pure: the few numbers of a snapshot that history keeps, one entry per key. */
  toHistory(snapshot: Snapshot<Name>): readonly HistoryEntry<Name>[];
}

export interface SyncContext<Name extends SyncName> {
  /** The workspace; relative paths in the options start here. */
  readonly root: string;
  readonly options: Options<Name>;
  readonly system: System;
  /** The same for all syncs of a run, so that their files agree. */
  readonly startedAt: Date;
  /** Aborted at the sync's time limit, at a stop signal and when the lock is lost. */
  readonly signal: AbortSignal;
  /** Something that a person should know of, but that stops nothing. */
  readonly warn: (warning: Diagnostic) => void;
  /** A line for the person who reads the run, for example why a source was skipped. */
  readonly notice: (message: string) => void;
  /** How far a long step is. */
  readonly progress: (done: number, total: number, name: string) => void;
  /** Secrets by name, from the environment or `data/config/.env`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What the last run stored, validated; null at first. */
  readonly previous: Snapshot<Name> | null;
  /** When this sync last succeeded; null at first. */
  readonly lastSuccess: Date | null;
  /** The last history line of every key, read only when asked for. */
  readonly readLatestHistory: () => Promise<readonly HistoryEntry<Name>[]>;
  /** Disposable bytes of this sync: read before, returned after; losing them costs time only. */
  readonly cache: Uint8Array | null;
  /** The projects under the roots: one walk for all syncs of a run, so that they agree on every id. */
  readonly discover: () => Promise<Discovery>;
  /** Reads git repositories safely, each fact once a run. */
  readonly repositories: RepositoryReader;
}
