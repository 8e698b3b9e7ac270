import type { Workspace } from '../config/workspace.ts';
import type { SyncName } from '../schema/sync-names.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../util/cache.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import { contentKeyAt } from '../util/fs.ts';
import { listMonths } from './history/month-file.ts';

/** What a sync reported. */
export interface SyncReport {
  readonly counts: Readonly<Record<string, number>>;
  readonly warnings: readonly Diagnostic[];
  readonly notices: readonly string[];
}

interface CachedResult {
  /** `inputsKey` of the sync. */
  readonly inputs: string;
  /** `filesKey` after its results were stored. */
  readonly files: string;
  readonly report: SyncReport;
}

/**
 * `data/cache/<sync>-result.bin`: what a sync reported, for runs in which neither its inputs nor its stored files have
 * changed. Such a run neither loads nor writes these files.
 */
const stamp: CacheStamp = { name: 'result', schemaVersion: 1 };

export const encodeResult = (result: CachedResult): Buffer => encodeCache(stamp, result);

/** Returns what the sync reported in the run that stored its current files; null if anything has changed. */
export async function readResult(
  workspace: Workspace,
  name: SyncName,
  inputs: string,
): Promise<SyncReport | null> {
  const bytes = await readCacheFile(workspace.cache(`${name}-result`));
  // The stamp guarantees the shape.
  const cached = decodeCache(stamp, bytes) as CachedResult | null;
  if (cached?.inputs !== inputs) return null;
  return cached.files === (await filesKey(workspace, name)) ? cached.report : null;
}

/**
 * Returns the key of the stored files of a sync. `known` contains those of files that are about to be committed. Throws
 * `FileError`.
 */
export async function filesKey(
  workspace: Workspace,
  name: SyncName,
  known: ReadonlyMap<string, string | null> = new Map(),
): Promise<string> {
  const months = await listMonths(workspace.historyDir(name), name);
  const paths = [
    workspace.snapshot(name),
    workspace.cache(name),
    ...months.map(({ path }) => path),
  ];
  const all = [...new Set([...paths, ...known.keys()])].sort();
  const keys = all.map(async (path) => {
    const key = known.get(path);
    return [path, key === undefined ? await contentKeyAt(path) : key];
  });
  return JSON.stringify(await Promise.all(keys));
}
