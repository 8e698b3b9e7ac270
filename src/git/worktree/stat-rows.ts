import { lstatSync, statSync, type Stats } from 'node:fs';
import { errnoOf } from '../../util/errors.ts';

/** Numbers of a row: size, mtime and ctime in ms since 1970, inode. No program can set them all back. */
export const statColumns = 4;

/** The size of what was not there. */
const absent = -1;

/** A folder or a link is told from a file of the same size. */
const sizeColumn = (stats: Stats | null): number =>
  stats === null ? absent : stats.isFile() ? stats.size : absent - 1 - stats.size;

/** What is at a path, links not followed; null when there is nothing, or nothing that can be seen. */
export function lstatOrNull(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** The same for a file of the user's own, which may be a link. */
export function statOrNull(path: string): Stats | null {
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
export const isRacy = ({ ctimeMs }: Pick<Stats, 'ctimeMs'>, sinceMs: number): boolean =>
  ctimeMs > sinceMs - (ctimeMs % 1000 === 0 ? 2100 : 100);

/** Notes what was seen after `sinceMs` in a row; what may change without a trace gets one that nothing matches. */
export function writeRow(
  rows: Float64Array,
  index: number,
  stats: Stats | null,
  sinceMs: number,
): void {
  const at = index * statColumns;
  rows[at] = sizeColumn(stats);
  rows[at + 1] = stats?.mtimeMs ?? 0;
  rows[at + 2] = stats === null ? 0 : isRacy(stats, sinceMs) ? NaN : stats.ctimeMs;
  rows[at + 3] = stats?.ino ?? 0;
}

/** The size that a row tells of, in bytes; null when there was no regular file. */
export function sizeIn(rows: Float64Array, index: number): number | null {
  const size = rows[index * statColumns] ?? absent;
  return size < 0 ? null : size;
}

/** Returns the mtime in a row, in milliseconds since 1970. */
export const mtimeIn = (rows: Float64Array, index: number): number =>
  rows[index * statColumns + 1] ?? 0;

/** Whether a row tells of the same file in the same state, or of none where there is none. */
export function isSameRow(rows: Float64Array, index: number, stats: Stats | null): boolean {
  const at = index * statColumns;
  if (stats === null) return rows[at] === absent;
  return (
    rows[at] === sizeColumn(stats) &&
    rows[at + 1] === stats.mtimeMs &&
    rows[at + 2] === stats.ctimeMs &&
    rows[at + 3] === stats.ino
  );
}
