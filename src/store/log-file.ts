import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifExists, toFileError } from '../util/fs.ts';
import { ensureDir, renameFile } from '../util/fs-write.ts';

const rotateAtBytes = 5 * 1024 * 1024;

/** Appends lines to the log of scheduled runs, creating it when needed. Throws `FileError` and `UserError` `usage`. */
export async function appendToLog(path: string, lines: string): Promise<void> {
  // O_NONBLOCK: opening a FIFO fails instead of blocking.
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    await ensureDir(dirname(path));
    const handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
    try {
      await handle.writeFile(lines);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toFileError(error, path);
  }
}

/** Renames a log larger than 5 MiB to `.1`, replacing an older one. Call only while holding the lock. */
export async function rotateLog(path: string): Promise<void> {
  const stats = await ifExists(path, (one) => lstat(one));
  if (stats !== null && stats.size > rotateAtBytes) await renameFile(path, `${path}.1`);
}
