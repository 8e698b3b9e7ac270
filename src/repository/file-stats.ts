import { lstatSync, statSync, type Stats } from 'node:fs';
import { errnoOf } from '../errors.ts';

/** What tells a file from what it was before. Times in ms since 1970; none of them can be set back together. */
export type FileStats = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

/** Numbers of a row: size, mtime, ctime, inode. */
export const statColumns = 4;

/** The size of what was not there, and of what may have changed since without a trace. */
const absent = -2;
const doubtful = -1;

/** What is at a path, links not followed; null when there is nothing, or nothing that can be seen. */
export function lookAt(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** The same for a file of the user's own, which may be a link. */
export function lookThrough(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/**
 * Whether a file may be written again without a trace: it was changed so shortly before `sinceMs` that the
 * clock of its file system may not have ticked in between (racy-git(7)). The time of the change counts, for
 * no program can set it. Clocks with parts of seconds tick every 10 ms at the slowest; others every 2 s.
 */
export const isRacy = ({ ctimeMs }: FileStats, sinceMs: number): boolean =>
  ctimeMs > sinceMs - (ctimeMs % 1000 === 0 ? 2100 : 100);

/** Notes what was seen before `sinceMs` in a row. */
export function writeRow(
  rows: Float64Array,
  index: number,
  stats: FileStats | null,
  sinceMs: number,
): void {
  const at = index * statColumns;
  rows[at] = stats === null ? absent : isRacy(stats, sinceMs) ? doubtful : stats.size;
  rows[at + 1] = stats?.mtimeMs ?? 0;
  rows[at + 2] = stats?.ctimeMs ?? 0;
  rows[at + 3] = stats?.ino ?? 0;
}

/** Whether a row tells of the same file in the same state, or of none where there is none. */
export function isSameRow(rows: Float64Array, index: number, stats: FileStats | null): boolean {
  const at = index * statColumns;
  if (stats === null) return rows[at] === absent;
  return (
    rows[at] === stats.size &&
    rows[at + 1] === stats.mtimeMs &&
    rows[at + 2] === stats.ctimeMs &&
    rows[at + 3] === stats.ino
  );
}
