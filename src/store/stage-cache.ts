import { rm } from 'node:fs/promises';
import { readCacheFile } from '../util/cache.ts';
import { stageFile, type StagedFile } from './stage.ts';

/**
 * Stages a cache file. Returns null if nothing has to be written: for undefined, for unchanged bytes, and for null,
 * which removes the file immediately because nothing depends on it.
 */
export async function stageCache(
  stage: string,
  path: string,
  cache: Uint8Array | null | undefined,
): Promise<StagedFile | null> {
  if (cache === undefined) return null;
  if (cache === null) {
    await rm(path, { force: true });
    return null;
  }
  const old = await readCacheFile(path);
  return old !== null && Buffer.compare(old, cache) === 0 ? null : stageFile(stage, path, cache);
}
