import { rm } from 'node:fs/promises';
import { FileError, readRegularFile } from '../util/fs.ts';
import { maxBytes } from './json-file.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** Returns the bytes of a cache file, or null when it does not exist or can't be read. */
export async function readCacheFile(path: string): Promise<Uint8Array | null> {
  try {
    return (await readRegularFile(path, { maxBytes }))?.bytes ?? null;
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

/**
 * Stages a cache file. Returns null when nothing has to be written: for undefined, for the bytes that it already
 * has, and for null, which removes the file at once because nothing depends on it.
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
