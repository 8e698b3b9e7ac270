import type { StatusFile } from '../schema/status.ts';
import { configKey } from '../config/config-key.ts';
import type { TimingConfig } from '../config/timing.ts';
import type { Workspace } from '../config/workspace.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../util/cache.ts';
import { contentKeyAt } from '../util/fs.ts';

/** The configuration of a run, as far as `status` and `run --if-due` need it. */
export interface ConfigSnapshot extends TimingConfig {
  /** `configKey` of the file that it was read from. */
  readonly key: string;
}

export interface CachedStatus {
  readonly config: ConfigSnapshot;
  readonly status: StatusFile;
}

/**
 * `data/cache/status.bin`: the status file and its configuration, already validated. Without it, `status` loads
 * zod and every schema, which takes longer than all the rest.
 */
const stamp: CacheStamp = { name: 'status', schemaVersion: 3 };

/** `statusKey`: the `contentKey` of the status file. */
export const encodeStatus = (cached: CachedStatus, statusKey: string): Buffer =>
  encodeCache(stamp, { ...cached, statusKey });

/** Returns the last run, or null when it is not cached or when the status or the configuration changed since. */
export async function readStatusCache(workspace: Workspace): Promise<CachedStatus | null> {
  const [bytes, config, status] = await Promise.all([
    readCacheFile(workspace.cache('status')),
    configKey(workspace),
    contentKeyAt(workspace.status).catch(() => null),
  ]);
  // The stamp guarantees the shape.
  const cached = decodeCache(stamp, bytes) as
    (CachedStatus & { readonly statusKey: string }) | null;
  return cached?.config.key === config && cached.statusKey === status ? cached : null;
}
