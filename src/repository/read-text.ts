import { readRegularFile } from '../files.ts';

const maxBytes = 16 * 1024 * 1024;

/** A small file of a git folder as text; null when there is none. Throws `FileError`. */
export async function readText(path: string): Promise<string | null> {
  const file = await readRegularFile(path, { maxBytes });
  return file === null ? null : file.bytes.toString('utf8');
}
