import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readRegularFile, fsyncDir, toFileError, writeNewFile } from '../../util/fs.ts';

/** Nothing that we install is larger. */
const maxBytes = 1024 * 1024;

/**
 * Writes a file by a rename within its folder, which is created when needed, unless it holds these
 * bytes already. Answers whether it wrote. Throws `FileError`.
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array,
  { mode }: { readonly mode: number },
): Promise<boolean> {
  if ((await readInstalled(path))?.equals(bytes) === true) return false;
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.new`);
  try {
    await mkdir(folder, { recursive: true });
    // What a killed run left behind.
    await rm(temporary, { force: true });
    await writeNewFile(temporary, bytes, { mode });
    await rename(temporary, path);
    await fsyncDir(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw toFileError(error, path);
  }
  return true;
}

/** The bytes of an installed file, or null. A link is followed: people keep such files elsewhere. */
export async function readInstalled(path: string): Promise<Buffer | null> {
  const file = await readRegularFile(path, { maxBytes, followLink: true });
  return file === null ? null : file.bytes;
}
