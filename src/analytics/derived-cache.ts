import type { Workspace } from '../config/workspace.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../util/cache.ts';
import type { Overview } from './overview.ts';

/** `data/cache/derived.bin`: which inputs the derived files were made from, and what `status` shows of them. */
export interface DerivedCache {
  readonly inputs: string;
  /** `key` of the page; null when no page is kept up to date. */
  readonly page: string | null;
  /** `contentKey` of each derived file, `analytics.json` first. */
  readonly outputs: readonly (string | null)[];
  readonly overview: Overview;
}

const stamp: CacheStamp = { name: 'derived', schemaVersion: 1 };

export const encodeDerivedCache = (cache: DerivedCache): Buffer => encodeCache(stamp, cache);

export const readDerivedCache = async (workspace: Workspace): Promise<DerivedCache | null> =>
  decodeCache(stamp, await readCacheFile(workspace.cache('derived'))) as DerivedCache | null;
