import { rename, rm } from 'node:fs/promises';
import { FileError, toFileError, writeNewFile } from '../util/fs.ts';

/**
 * Puts a textfile in its place, whole: the collector never sees half of one, and it may read it whatever
 * the umask. The folder must be there; it is the collector's. Only under the lock: the name of the draft
 * is always the same, so that a crash leaves one behind at most. Throws `FileError`.
 */
export async function writeTextfile(path: string, text: string): Promise<void> {
  // The collector reads no other ending than `.prom`.
  const draft = `${path}.new`;
  try {
    await rm(draft, { force: true });
    await writeNewFile(draft, text, { mode: 0o644 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (!(error instanceof FileError)) throw toFileError(error, path);
    throw new FileError(error.code, path, error.problem, error);
  }
}
