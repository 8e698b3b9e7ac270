import { toTimestamp } from '../util/dates.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import type { HistoryEntry, Options, Snapshot, SyncName } from '../schema/syncs.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { RepositoryReader } from '../git/repository.ts';
import type { System } from '../system/system.ts';

export interface Collected<Name extends SyncName> {
  readonly snapshot: Snapshot<Name>;
  /** For the sync's closing line and the status, for example `{ updated: 14, added: 0 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Replaces the cache of the sync; absent leaves it unchanged, null removes it. */
  readonly cache?: Uint8Array | null;
  /** The error of a part of the work: the rest is stored, and the sync counts as failed. */
  readonly failure?: unknown;
  /** The key of the inputs if the same inputs give the same result again. */
  readonly inputsKey?: string;
}

/** What a sync will read, found before the stored data are loaded. */
export interface Prepared<Name extends SyncName> {
  /**
   * Changes with everything that the result depends on, apart from the stored files of the sync. If these are unchanged
   * as well, the result is that of the previous run. Null if this can't be known before reading.
   */
  readonly inputsKey: string | null;
  readonly collect: Sync<Name>['collect'];
}

/** The context without the stored data. */
export type PrepareContext<Name extends SyncName> = Omit<
  SyncContext<Name>,
  'previous' | 'readLatestHistory' | 'cache'
>;

/** Collects data and never writes: the run stores the result. */
export interface Sync<Name extends SyncName> {
  readonly name: Name;
  collect(context: SyncContext<Name>): Promise<Collected<Name>>;
  /** Only of a sync whose stored data take long to load. */
  prepare?(
    context: PrepareContext<Name>,
    readCache: () => Promise<SyncContext<Name>['cache']>,
  ): Promise<Prepared<Name>>;
  /** Returns the history entries of a snapshot, one per key. Pure. */
  toHistory(snapshot: Snapshot<Name>): readonly HistoryEntry<Name>[];
}

export interface SyncContext<Name extends SyncName> {
  /** Root of the workspace; relative paths in the options are resolved against it. */
  readonly root: string;
  readonly options: Options<Name>;
  readonly system: System;
  /** The same for all syncs of a run, so that their files agree. */
  readonly startedAt: Date;
  /** Aborted at the sync's time limit, at a stop signal and when the lock is lost. */
  readonly signal: AbortSignal;
  /** Returns the time until the limit. A sync that would exceed it returns what it has, with a `failure`. */
  readonly remainingMs: () => number;
  /** Reports a problem that does not stop the sync. */
  readonly warn: (warning: Diagnostic) => void;
  /** Prints a line, for example why a source was skipped. */
  readonly notice: (message: string) => void;
  /** Reports the progress of a long step. */
  readonly progress: (done: number, total: number, name: string) => void;
  /** Secrets by name, from the environment or `data/config/.env`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The validated snapshot of the last run; null before the first. */
  readonly previous: Snapshot<Name> | null;
  /** When this sync last succeeded; null if never. */
  readonly lastSuccess: Date | null;
  /** Reads the last history line of every key. */
  readonly readLatestHistory: () => Promise<readonly HistoryEntry<Name>[]>;
  /** The cache of this sync; without it the sync takes longer and returns the same. */
  readonly cache: Uint8Array | null;
  /** Discovers the projects, once per run, so that all syncs agree on every id. */
  readonly discover: () => Promise<Discovery>;
  /** Whether a bill that was last read at a time is due again. Absent without a schedule of the bills. */
  readonly isBillDue?: ((readAt: Date) => boolean) | undefined;
  /** Reads git repositories safely, each fact once per run. */
  readonly repositories: RepositoryReader;
}

/**
 * Returns the run that read the current facts of the previous snapshot: the last success, or the last change of the
 * snapshot if the status is lost or older.
 */
export function lastRunOf({
  lastSuccess,
  previous,
  startedAt,
}: Pick<SyncContext<SyncName>, 'lastSuccess' | 'previous' | 'startedAt'>): Timestamp {
  const success = lastSuccess === null ? '' : toTimestamp(lastSuccess);
  const changed = previous?.updatedAt ?? '';
  return (success > changed ? success : changed) || toTimestamp(startedAt);
}
