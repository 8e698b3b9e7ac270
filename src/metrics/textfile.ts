import { rename, rm } from 'node:fs/promises';
import { FileError, toFileError, writeNewFile } from '../util/fs.ts';

/**
 * Replaces a textfile atomically and makes it readable for the collector regardless of the umask. The
 * directory belongs to the collector and must exist. Requires the lock: the temporary file has a fixed name,
 * so that crashes leave at most one behind. Throws `FileError`.
 */
export async function writeTextfile(path: string, text: string): Promise<void> {
  // The collector reads only files named `*.prom`.
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
