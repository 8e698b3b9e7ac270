import type { Timestamp } from '../schema/timestamp.ts';
import type { NotificationsFile } from '../schema/notify.ts';
import type { RunLine, StatusFile } from '../schema/status.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { syncSchemas, type HistoryEntry, type Snapshot, type SyncName } from '../schema/syncs.ts';
import { UserError } from '../util/errors.ts';
import { contentKeyAt, toIoError } from '../util/fs.ts';
import type { Workspace } from '../config/workspace.ts';
import { readCacheFile } from '../util/cache.ts';
import { stageCache } from './stage-cache.ts';
import { applyCommit, commit, hasCommit } from './commit.ts';
import { stageDerivedFile, type DerivedFile } from './derived-files.ts';
import { editSnapshots, type SnapshotEdit } from './edit-snapshots.ts';
import { readLatestEntries } from './history/read-history.ts';
import { stageEntries, stageRunLine } from './history/append-lines.ts';
import { readJsonFile, type JsonFile } from './json-file.ts';
import { readNotifications, stageNotifications } from './notifications-file.ts';
import { removeOldHistory, type Retention } from './history/retention.ts';
import { stageSnapshot } from './snapshot-file.ts';
import { clearStage, stageFile, toStoreError } from './stage.ts';
import { encodeStatus, type ConfigSnapshot } from './status-cache.ts';
import { encodeResult, filesKey, readResult, type SyncReport } from './result-cache.ts';
import { readStatusFile, stageStatus } from './status-file.ts';

/** The output of a sync. */
export interface SyncOutput<Name extends SyncName> {
  readonly run: Timestamp;
  readonly snapshot: Snapshot<Name>;
  readonly entries: readonly HistoryEntry<Name>[];
  /** Replaces the sync's cache; undefined leaves it unchanged, null removes it. */
  readonly cache?: Uint8Array | null;
  /** What the sync reported, and the key of the inputs for which it will report the same. */
  readonly result?: { readonly inputs: string; readonly report: SyncReport };
}

export interface RunOutput {
  readonly status: StatusFile;
  /** For the run log. */
  readonly line: RunLine;
  readonly config: ConfigSnapshot;
}

/**
 * Reads and writes the files below `data/`. Everything is prepared in `stage`, the directory inside the lock, and
 * then committed. Every function that takes a stage throws `UserError` with code `io`, or `lock-lost` if another run
 * has taken the lock.
 */
export interface Store {
  /**
   * Returns null when the file does not exist. Throws `UserError` with code `data` and the position; the file is
   * unchanged.
   */
  readSnapshot<Name extends SyncName>(name: Name): Promise<Snapshot<Name> | null>;
  /** Returns the `contentKey` of the file, null when it does not exist. Throws `FileError`. */
  snapshotKey(name: SyncName): Promise<string | null>;
  /** Returns null when the cache is missing or unreadable. */
  readCache(name: SyncName | 'repositories' | 'discovery'): Promise<Uint8Array | null>;
  /**
   * Returns what a sync reported when it stored its current files, if its inputs have not changed since; else null.
   * Throws `UserError` with code `io`.
   */
  readResult(name: SyncName, inputs: string): Promise<SyncReport | null>;
  /** A damaged status is only a warning: the next run replaces it. */
  readStatus(): Promise<{
    readonly status: StatusFile | null;
    readonly warnings: readonly Diagnostic[];
  }>;
  /** Returns the last history line of every key in the retained months. Throws `UserError` with code `io`. */
  readLatestHistory<Name extends SyncName>(name: Name): Promise<readonly HistoryEntry<Name>[]>;
  /**
   * Commits snapshot, history lines and cache together. `changed` is whether the snapshot file was written. Throws
   * `UserError` with code `data` when the snapshot file is damaged.
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
  /**
   * Commits edits on behalf of the user together. Throws `UserError` with code `data` when a snapshot is damaged. An
   * edit of the same field by another program at the same time takes precedence.
   */
  editSnapshots(stage: string, edits: readonly SnapshotEdit[]): Promise<void>;
  /** Commits a cache that belongs to no sync; null removes it, undefined leaves it unchanged. */
  saveCache(
    stage: string,
    name: 'repositories' | 'discovery',
    cache: Uint8Array | null | undefined,
  ): Promise<void>;
  /** Commits the status and the line of the run log, after all syncs. */
  saveRun(stage: string, output: RunOutput): Promise<{ readonly warnings: readonly Diagnostic[] }>;
  /**
   * Commits derived files together with their caches. `caches` receives the `contentKey` that each file will have,
   * null if it does not exist. Files that would not change are not written.
   */
  saveDerived(
    stage: string,
    files: readonly DerivedFile[],
    caches: (keys: readonly (string | null)[]) => readonly DerivedFile[],
  ): Promise<void>;
  /** Returns which message each channel was sent last; null when none was. Throws `UserError` with code `io`. */
  readNotifications(): Promise<NotificationsFile | null>;
  saveNotifications(stage: string, content: NotificationsFile): Promise<void>;
  /** Removes month files older than the retention; only called after a successful run. */
  removeOldHistory(retention: Retention): Promise<readonly Diagnostic[]>;
}

export function openStore(workspace: Workspace): Store {
  /** Each snapshot as first read: the base for merging with edits made since. */
  const bases = new Map<SyncName, JsonFile<unknown> | null>();

  const readSnapshot = async <Name extends SyncName>(
    name: Name,
  ): Promise<Snapshot<Name> | null> => {
    const path = workspace.snapshot(name);
    const base = bases.get(name);
    // Reading and validating a registry of a thousand projects takes a tenth of a run without changes.
    const isUnchanged = base ? (await contentKeyAt(path)) === base.key : false;
    const file = base && isUnchanged ? base : await readJsonFile(path, syncSchemas[name].snapshot);
    if (!bases.has(name)) bases.set(name, file);
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
    { run, snapshot, entries, cache, result }: SyncOutput<Name>,
  ): ReturnType<Store['saveSync']> => {
    const base = bases.get(name) ?? null;
    const saved = await stageSnapshot(stage, {
      target: workspace.snapshot(name),
      schema: syncSchemas[name].snapshot,
      base,
      snapshot,
    });
    const history = await stageEntries(stage, workspace, name, { run, entries });
    const cached = await stageCache(stage, workspace.cache(name), cache);
    // Rename the snapshot first, to keep the time between its last check and its rename short.
    const files = [saved, ...history.files, cached].filter((file) => file !== null);
    if (result !== undefined && history.warnings.length === 0) {
      // An edit of the snapshot that this run did not read gets another key.
      const snapshotKey = saved?.key ?? base?.key ?? null;
      const known = files.map(({ target, key }) => [target, key] as const);
      const keys = new Map([[workspace.snapshot(name), snapshotKey] as const, ...known]);
      const bytes = encodeResult({ ...result, files: await filesKey(workspace, name, keys) });
      const staged = await stageCache(stage, workspace.cache(`${name}-result`), bytes);
      if (staged !== null) files.push(staged);
    }
    await commit(stage, workspace.data, files);
    bases.delete(name);
    return { changed: saved !== null, historyLines: history.lines, warnings: history.warnings };
  };

  const saveCache: Store['saveCache'] = async (stage, name, cache) => {
    if (cache === undefined) return;
    const saved = await stageCache(stage, workspace.cache(name), cache);
    if (saved !== null) await commit(stage, workspace.data, [saved]);
  };

  const saveRun: Store['saveRun'] = async (stage, { status, line, config }) => {
    const saved = await stageStatus(stage, workspace, status);
    const history = await stageRunLine(stage, workspace, line);
    const cache = encodeStatus({ config, status }, saved.file.key);
    const cached = await stageFile(stage, workspace.cache('status'), cache);
    await commit(stage, workspace.data, [
      ...saved.quarantined,
      saved.file,
      ...history.files,
      cached,
    ]);
    return { warnings: [...saved.warnings, ...history.warnings] };
  };

  const saveDerived: Store['saveDerived'] = async (stage, files, caches) => {
    const saved = [];
    for (const file of files) saved.push(await stageDerivedFile(stage, file));
    for (const file of caches(saved.map(({ key }) => key))) {
      saved.push(await stageDerivedFile(stage, file));
    }
    const staged = saved.flatMap((one) => one.staged ?? []);
    await commit(stage, workspace.data, staged);
  };

  return {
    readSnapshot,
    snapshotKey: (name) => contentKeyAt(workspace.snapshot(name)),
    readCache: (name) => readCacheFile(workspace.cache(name)),
    readResult: (name, inputs) =>
      readResult(workspace, name, inputs).catch((error: unknown) => {
        throw toIoError(error);
      }),
    readStatus,
    readLatestHistory: (name) => readLatestEntries(workspace, name),
    saveSync: (stage, ...rest) => inStage(stage, workspace, () => saveSync(stage, ...rest)),
    editSnapshots: (stage, edits) =>
      inStage(stage, workspace, () => editSnapshots(stage, workspace, edits)),
    saveCache: (stage, ...rest) => inStage(stage, workspace, () => saveCache(stage, ...rest)),
    saveRun: (stage, output) => inStage(stage, workspace, () => saveRun(stage, output)),
    saveDerived: (stage, ...rest) => inStage(stage, workspace, () => saveDerived(stage, ...rest)),
    readNotifications: () => readNotifications(workspace),
    saveNotifications: (stage, content) =>
      inStage(stage, workspace, async () => {
        await commit(stage, workspace.data, [await stageNotifications(stage, workspace, content)]);
      }),
    removeOldHistory: (retention) => removeOldHistory(workspace, retention),
  };
}

/** Finishes a pending commit, then saves; leaves the stage empty unless that commit is pending in turn. */
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
    if (!hasCommit(stage)) await clearStage(stage);
  }
}
