import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { errnoOf } from '../errors.ts';
import { toFileError } from '../files.ts';

/** What tells whether a file is still the one that was read: inode, size, and the nanosecond of its last change. */
export const identityOf = ({ ino, size, mtimeNs }: BigIntStats): string =>
  `${String(ino)} ${String(size)} ${String(mtimeNs)}`;

/** The identity of what lies at a path; null when nothing does. Throws `FileError`. */
export async function identityAt(path: string): Promise<string | null> {
  try {
    return identityOf(await lstat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw toFileError(error, path);
  }
}
