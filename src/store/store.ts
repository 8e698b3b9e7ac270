import type { Timestamp } from '../schema/timestamp.ts';
import type { NotificationsFile } from '../schema/notify.ts';
import type { RunLine, StatusFile } from '../schema/status.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { contracts, type HistoryEntry, type Snapshot, type SyncName } from '../schema/syncs.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';
import { readCacheFile, stageCache } from './cache-file.ts';
import { applyCommit, commit, hasCommitSync } from './commit.ts';
import { stageDerived, type DerivedFile } from './derived-files.ts';
import { listMonths, readLastLines } from './history-file.ts';
import { stageEntries, stageRunLine } from './history.ts';
import { readJsonFile, type JsonFile } from './json-file.ts';
import { readNotifications, stageNotifications } from './notifications-file.ts';
import { removeOldHistory } from './retention.ts';
import { stageSnapshot } from './snapshot-file.ts';
import { clearStage, toStoreError } from './stage.ts';
import { readStatusFile, stageStatus } from './status-file.ts';

/** What a sync leaves behind. */
export interface SyncOutput<Name extends SyncName> {
  readonly run: Timestamp;
  readonly snapshot: Snapshot<Name>;
  readonly entries: readonly HistoryEntry<Name>[];
  /** Replaces the sync's cache; absent leaves it as it is, null removes it. */
  readonly cache?: Uint8Array | null;
}

/** The files below `data/`. Whatever is written is prepared in `stage`, the folder inside the lock. */
export interface Store {
  /** Null when there is none. Throws `UserError` `data` (file, place, what to do); the file stays. */
  readSnapshot<Name extends SyncName>(name: Name): Promise<Snapshot<Name> | null>;
  /** Null when there is none, or none that can be read: it is disposable. */
  readCache(name: SyncName | 'repositories'): Promise<Uint8Array | null>;
  /** A damaged status is a warning: nobody can mend it, and the next run writes it anew. */
  readStatus(): Promise<{
    readonly status: StatusFile | null;
    readonly warnings: readonly Diagnostic[];
  }>;
  /** The last history line of every key, over the months that are kept. Throws `UserError` `io`. */
  readLatestHistory<Name extends SyncName>(name: Name): Promise<readonly HistoryEntry<Name>[]>;
  /**
   * Commits snapshot, history lines and cache together. `changed` tells whether the snapshot's file was
   * written. Throws `UserError` `data` (the file is damaged), `io`, `lock-lost`.
   */
  saveSync<Name extends SyncName>(
    stage: string,
    name: Name,
    output: SyncOutput<Name>,
  ): Promise<{
    readonly changed: boolean;
    readonly historyLines: number;
    readonly warnings: readonly Diagnostic[];
  }>;
  /** Commits what the reader of repositories hands on to the next run; null leaves it as it is. */
  saveRepositories(stage: string, memory: Uint8Array | null): Promise<void>;
  /** Commits the status and the line of the run log, last of all. Throws `UserError` `io`, `lock-lost`. */
  saveRun(
    stage: string,
    status: StatusFile,
    line: RunLine,
  ): Promise<{ readonly warnings: readonly Diagnostic[] }>;
  /**
   * Commits files that are made of others, and what `memo` says of them: how each is identified then
   * (null: it could not be). What is there already is not touched. Throws `UserError` `io`, `lock-lost`.
   */
  saveDerived(
    stage: string,
    files: readonly DerivedFile[],
    memo: (identities: readonly (string | null)[]) => readonly DerivedFile[],
  ): Promise<void>;
  /** Who was told what of the runs; null when nobody was. Throws `UserError` `io`. */
  readNotifications(): Promise<NotificationsFile | null>;
  /** Commits who was told what. Throws `UserError` `io`, `lock-lost`. */
  saveNotifications(stage: string, content: NotificationsFile): Promise<void>;
  /** Removes month files past the retention; only after a run that succeeded. */
  removeOldHistory(now: Date, retentionMonths: number): Promise<readonly Diagnostic[]>;
}

export function openStore(workspace: Workspace): Store {
  /** Every snapshot as it was first read: what its file says beyond that was written meanwhile. */
  const began = new Map<SyncName, JsonFile<unknown> | null>();

  const readSnapshot = async <Name extends SyncName>(
    name: Name,
  ): Promise<Snapshot<Name> | null> => {
    const file = await readJsonFile(workspace.snapshot(name), contracts[name].snapshot);
    if (!began.has(name)) began.set(name, file);
    return (file?.value ?? null) as Snapshot<Name> | null;
  };

  const readStatus: Store['readStatus'] = async () => {
    try {
      return { status: await readStatusFile(workspace), warnings: [] };
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'data') throw error;
      const { message } = error;
      return { status: null, warnings: [diagnostic('status-damaged', { message })] };
    }
  };

  const saveSync = async <Name extends SyncName>(
    stage: string,
    name: Name,
    { run, snapshot, entries, cache }: SyncOutput<Name>,
  ): ReturnType<Store['saveSync']> => {
    const saved = await stageSnapshot(stage, {
      place: workspace.snapshot(name),
      schema: contracts[name].snapshot,
      began: began.get(name) ?? null,
      snapshot,
    });
    const history = await stageEntries(stage, workspace, name, { run, entries: entries });
    const cached = await stageCache(stage, workspace.cache(name), cache);
    // The snapshot first: between the last look at it and its rename lies nothing.
    const files = [saved, ...history.files, cached].filter((file) => file !== null);
    await commit(stage, workspace.data, files);
    began.delete(name);
    return { changed: saved !== null, historyLines: history.lines, warnings: history.warnings };
  };

  const saveRepositories: Store['saveRepositories'] = async (stage, memory) => {
    if (memory === null) return;
    const saved = await stageCache(stage, workspace.cache('repositories'), memory);
    if (saved !== null) await commit(stage, workspace.data, [saved]);
  };

  const saveRun: Store['saveRun'] = async (stage, status, line) => {
    const saved = await stageStatus(stage, workspace, status);
    const history = await stageRunLine(stage, workspace, line);
    await commit(stage, workspace.data, [...saved.files, ...history.files]);
    return { warnings: [...saved.warnings, ...history.warnings] };
  };

  const saveDerived: Store['saveDerived'] = async (stage, files, memo) => {
    const saved = [];
    for (const file of files) saved.push(await stageDerived(stage, file));
    for (const file of memo(saved.map(({ identity }) => identity))) {
      saved.push(await stageDerived(stage, file));
    }
    const staged = saved.flatMap((one) => (one.staged === null ? [] : [one.staged]));
    await commit(stage, workspace.data, staged);
  };

  return {
    readSnapshot,
    readCache: (name) => readCacheFile(workspace.cache(name)),
    readStatus,
    readLatestHistory: (name) => readLatestEntries(workspace, name),
    saveSync: (stage, ...rest) => inStage(stage, workspace, () => saveSync(stage, ...rest)),
    saveRepositories: (stage, memory) =>
      inStage(stage, workspace, () => saveRepositories(stage, memory)),
    saveRun: (stage, ...rest) => inStage(stage, workspace, () => saveRun(stage, ...rest)),
    saveDerived: (stage, ...rest) => inStage(stage, workspace, () => saveDerived(stage, ...rest)),
    readNotifications: () => readNotifications(workspace),
    saveNotifications: (stage, content) =>
      inStage(stage, workspace, async () => {
        await commit(stage, workspace.data, [await stageNotifications(stage, workspace, content)]);
      }),
    removeOldHistory: (now, months) => removeOldHistory(workspace, now, months),
  };
}

/** Leaves the stage empty, unless a commit is pending; it goes first the next time. */
async function inStage<Saved>(
  stage: string,
  { data }: Workspace,
  save: () => Promise<Saved>,
): Promise<Saved> {
  await applyCommit(stage, data);
  try {
    return await save();
  } catch (error) {
    throw await toStoreError(error, data, stage);
  } finally {
    if (!hasCommitSync(stage)) await clearStage(stage);
  }
}

async function readLatestEntries<Name extends SyncName>(
  workspace: Workspace,
  name: Name,
): Promise<readonly HistoryEntry<Name>[]> {
  const schema = contracts[name].historyEntry;
  try {
    const { last } = await readLastLines(await listMonths(workspace.historyDir(name), name));
    // What an older version wrote in another shape is no entry any more.
    return [...last.values()].flatMap((line) => {
      const entry = schema.safeParse(line);
      return entry.success ? [entry.data as HistoryEntry<Name>] : [];
    });
  } catch (error) {
    throw error instanceof FileError ? new UserError('io', error.message, { cause: error }) : error;
  }
}
