import type { Stats } from 'node:fs';
import { isRacy, type FileState } from '../util/fs-sync.ts';

/** Columns of a row: size, mtime and ctime in ms since 1970, inode. No program can forge all of them. */
export const statColumns = 4;

/** The size of a missing file. */
const absent = -1;

/**
 * Writes the state of a file, read after `sinceMs`, into a row. An unreadable file, and one that is racy, get a
 * row that equals nothing.
 */
export function writeRow(
  rows: Float64Array,
  index: number,
  state: FileState,
  sinceMs: number,
): void {
  const at = index * statColumns;
  if (state === 'unreadable') {
    rows.fill(NaN, at, at + statColumns);
    return;
  }
  rows[at] = sizeColumn(state);
  rows[at + 1] = state?.mtimeMs ?? 0;
  rows[at + 2] = state === null ? 0 : isRacy(state, sinceMs) ? NaN : state.ctimeMs;
  rows[at + 3] = state?.ino ?? 0;
}

/** Returns the size in a row; null if there was no readable regular file. */
export function sizeInRow(rows: Float64Array, index: number): number | null {
  const size = rows[index * statColumns] ?? NaN;
  return size >= 0 ? size : null;
}

/** Returns the mtime in a row, in milliseconds since 1970. */
export const mtimeInRow = (rows: Float64Array, index: number): number =>
  rows[index * statColumns + 1] ?? 0;

/** Whether a row describes the same file in the same state. */
export function equalsRow(rows: Float64Array, index: number, state: FileState): boolean {
  const at = index * statColumns;
  if (state === null) return rows[at] === absent;
  return (
    state !== 'unreadable' &&
    rows[at] === sizeColumn(state) &&
    rows[at + 1] === state.mtimeMs &&
    rows[at + 2] === state.ctimeMs &&
    rows[at + 3] === state.ino
  );
}

/** Differs between a file and a directory or link of the same size. */
const sizeColumn = (stats: Stats | null): number =>
  stats === null ? absent : stats.isFile() ? stats.size : absent - 1 - stats.size;
