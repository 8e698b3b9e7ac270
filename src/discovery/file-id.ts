import { lstatSync } from 'node:fs';
import { errnoOf, isMachineProblem } from '../util/errors.ts';

/**
 * Returns an id of a directory: its inode and its birth time in nanoseconds. A move within a file system keeps
 * both; a copy, or a new directory at the same path, has another id. Null if the directory does not exist or
 * can't be accessed, and if the file system has no birth time, because inodes are reused.
 */
export function fileIdOf(path: string): string | null {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats?.isDirectory() !== true || stats.birthtimeNs <= 0n) return null;
    return `${String(stats.ino)}-${String(stats.birthtimeNs)}`;
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return null;
  }
}
