import { dirname } from 'node:path';
import { readRegularFile } from '../../util/fs.ts';
import { ensureDir, replaceFile } from '../../util/fs-write.ts';

const maxBytes = 1024 * 1024;

/** Returns the content of an installed file, or null. Follows links, since users link to their dotfiles. */
export async function readInstalledFile(path: string): Promise<Buffer | null> {
  return (await readRegularFile(path, { maxBytes, followLink: true }))?.bytes ?? null;
}

/** Writes a file and its missing parent directories unless it has this content. Resolves with whether it wrote. */
export async function installFile(
  path: string,
  bytes: Buffer,
  options: { readonly mode: number },
): Promise<boolean> {
  if ((await readInstalledFile(path))?.equals(bytes) === true) return false;
  await ensureDir(dirname(path));
  await replaceFile(path, bytes, options);
  return true;
}
