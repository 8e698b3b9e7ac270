import type { Workspace } from '../config/workspace.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../util/cache.ts';
import type { Overview } from './overview.ts';

/** `data/cache/derived.bin`: the inputs of the stored analytics, and the part of the data that `status` shows. */
export interface DerivedCache {
  /** Key of the inputs that `analytics.json` was derived from. */
  readonly inputs: string;
  /** `contentKey` of `analytics.json`. */
  readonly analyticsKey: string | null;
  readonly overview: Overview;
}

const stamp: CacheStamp = { name: 'derived', schemaVersion: 10 };

export const encodeDerivedCache = (cache: DerivedCache): Buffer => encodeCache(stamp, cache);

export const readDerivedCache = async (workspace: Workspace): Promise<DerivedCache | null> =>
  decodeCache(stamp, await readCacheFile(workspace.cache('derived'))) as DerivedCache | null;
