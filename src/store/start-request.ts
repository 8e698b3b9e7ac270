import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nullIfInaccessible } from '../util/errors.ts';
import { ensureDir } from '../util/fs-write.ts';

/** A request that is older than this belongs to a start that never happened. */
const maxAgeMs = 10 * 60_000;

/** Asks the next scheduled start for a run even if no sync is due. */
export async function writeStartRequest(path: string): Promise<void> {
  await ensureDir(dirname(path));
  await writeFile(path, '');
}

/** Removes a request and resolves with whether there was a current one. */
export async function takeStartRequest(path: string, now: Date): Promise<boolean> {
  const take = async (): Promise<boolean> => {
    const { mtimeMs } = await stat(path);
    await rm(path);
    return Math.abs(now.getTime() - mtimeMs) <= maxAgeMs;
  };
  return (await nullIfInaccessible(take())) ?? false;
}
