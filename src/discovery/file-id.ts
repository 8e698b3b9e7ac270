import { lstatSync } from 'node:fs';

/**
 * What tells a folder from all others: its inode and the instant of its birth, in nanoseconds. A move
 * within a file system keeps both, a copy or a new folder in the old one's place never does. Null when
 * there is no folder, it can't be looked at, or its file system knows no birth (inodes alone come again).
 */
export function fileIdOf(path: string): string | null {
  try {
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats?.isDirectory() !== true || stats.birthtimeNs <= 0n) return null;
    return `${String(stats.ino)}-${String(stats.birthtimeNs)}`;
  } catch {
    return null;
  }
}
