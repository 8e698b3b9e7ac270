import type { Workspace } from '../config/workspace.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../util/cache.ts';
import { contentKeyAt } from '../util/fs.ts';
import type { Overview, StoredData } from './overview.ts';

/** `data/cache/derived.bin`: the inputs of the stored analytics, and the part of the data that `status` shows. */
export interface DerivedCache {
  /** Key of the inputs that `analytics.json` was derived from. */
  readonly inputs: string;
  /** `contentKey` of `analytics.json`. */
  readonly analyticsKey: string | null;
  readonly overview: Overview;
}

const stamp: CacheStamp = { name: 'derived', schemaVersion: 1 };

export const encodeDerivedCache = (cache: DerivedCache): Buffer => encodeCache(stamp, cache);

export const readDerivedCache = async (workspace: Workspace): Promise<DerivedCache | null> =>
  decodeCache(stamp, await readCacheFile(workspace.cache('derived'))) as DerivedCache | null;

/** Returns the part of the data that `status` shows, from the cache of the last run or else from the data. */
export async function loadOverview(workspace: Workspace): Promise<Overview> {
  const [cached, key] = await Promise.all([
    readDerivedCache(workspace),
    // Not null, which means that there was no such file: reading it reports the reason.
    contentKeyAt(workspace.analytics).catch(() => undefined),
  ]);
  if (cached !== null && cached.analyticsKey === key) return cached.overview;
  const { createOverview } = await import('./overview.ts');
  return createOverview(await readStoredData(workspace));
}

/** Reads the snapshots and the analytics. Throws `UserError` `data` if one of them is damaged, `io`. */
export async function readStoredData({ snapshot, analytics }: Workspace): Promise<StoredData> {
  const [{ readJsonFile }, { syncSchemas }, { analyticsFile }] = await Promise.all([
    import('../store/json-file.ts'),
    import('../schema/syncs.ts'),
    import('../schema/analytics.ts'),
  ]);
  const [tokens, quality, projects, derived] = await Promise.all([
    readJsonFile(snapshot('tokens'), syncSchemas.tokens.snapshot),
    readJsonFile(snapshot('quality'), syncSchemas.quality.snapshot),
    readJsonFile(snapshot('projects'), syncSchemas.projects.snapshot),
    readJsonFile(analytics, analyticsFile),
  ]);
  return {
    tokens: tokens?.value ?? null,
    quality: quality?.value ?? null,
    projects: projects?.value ?? null,
    analytics: derived?.value ?? null,
  };
}
