import { rm } from 'node:fs/promises';
import { FileError, readRegularFile } from '../util/fs.ts';
import { maxBytes } from './json-file.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** The cache of a sync; null when there is none, or none that can be read: it is disposable. */
export async function readCacheFile(path: string): Promise<Uint8Array | null> {
  try {
    return (await readRegularFile(path, { maxBytes }))?.bytes ?? null;
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

/**
 * Stages a cache. Null when it is as it should be already; a cache that is to be removed is removed at
 * once: nothing depends on it.
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
