import type { Stats } from 'node:fs';

/** What a source file was found to be. */
export const fileKind = { text: 0, binary: 1, tooLarge: 2 } as const;

/** What a scan found in one source file. */
export interface ScanRow {
  readonly type: (typeof fileKind)[keyof typeof fileKind];
  readonly lines: number;
  /** Tags of any name. */
  readonly total: number;
  readonly todo: number;
  readonly fixme: number;
}

/** The source files of a project with what is known of them, one row of numbers a file. */
export interface ScanTable {
  /** Relative to the project, in the order of the rows. */
  readonly paths: readonly string[];
  readonly rows: Float64Array;
}

export const columns = {
  ...{ size: 0, mtimeMs: 1, ctimeMs: 2, ino: 3 },
  ...{ type: 4, lines: 5, total: 6, todo: 7, fixme: 8 },
} as const;
export const rowLength = 9;

/** Builds the table of a scan beside that of the last one. */
export interface TableBuilder {
  /** Takes over the row of a file that has not changed; false when it has to be read. */
  readonly keep: (path: string, lookAt: () => Stats | null) => boolean;
  readonly add: (path: string, stats: Stats, row: ScanRow) => void;
  readonly finish: () => { readonly table: ScanTable; readonly changed: boolean };
}

/** Files written after `racyAfterMs` are read again the next time (see `ProjectView`). */
export function buildTable(
  capacity: number,
  last: ScanTable | null,
  racyAfterMs: number,
): TableBuilder {
  const paths: string[] = [];
  const rows = new Float64Array(capacity * rowLength);
  const findLast = createRowFinder(last);
  let changed = false;
  return {
    keep: (path, lookAt) => {
      const from = findLast(path);
      const stats = from === null ? null : lookAt();
      if (last === null || from === null || !stats || !isSame(last.rows, from, stats)) return false;
      const to = paths.length * rowLength;
      for (let column = 0; column < rowLength; column += 1) {
        rows[to + column] = last.rows[from + column] ?? 0;
      }
      paths.push(path);
      return true;
    },
    add: (path, stats, { type: kind, lines, total, todo, fixme }) => {
      const racy = Math.max(stats.mtimeMs, stats.ctimeMs) > racyAfterMs;
      // No file has this size: it will not be taken for unchanged.
      const size = racy ? -1 : stats.size;
      const identity = [size, stats.mtimeMs, stats.ctimeMs, stats.ino];
      rows.set([...identity, kind, lines, total, todo, fixme], paths.length * rowLength);
      paths.push(path);
      changed = true;
    },
    finish: () => ({
      table: { paths, rows: rows.subarray(0, paths.length * rowLength) },
      changed: changed || paths.length !== last?.paths.length,
    }),
  };
}

const isSame = (rows: Float64Array, start: number, stats: Stats): boolean =>
  rows[start + columns.size] === stats.size &&
  rows[start + columns.mtimeMs] === stats.mtimeMs &&
  rows[start + columns.ctimeMs] === stats.ctimeMs &&
  rows[start + columns.ino] === stats.ino &&
  stats.isFile();

/** Finds where the row of a path starts; most scans ask in the order of the table, which takes no index. */
function createRowFinder(table: ScanTable | null): (path: string) => number | null {
  if (!table) return () => null;
  const { paths } = table;
  let next = 0;
  let index: Map<string, number> | null = null;
  return (path) => {
    if (paths[next] !== path) {
      index ??= new Map(paths.map((known, row) => [known, row]));
      const found = index.get(path);
      if (found === undefined) return null;
      next = found;
    }
    const start = next * rowLength;
    next += 1;
    return start;
  };
}

/** When each file was written, in milliseconds since 1970. */
export function* modificationTimes({
  paths,
  rows,
}: ScanTable): Generator<readonly [string, number]> {
  for (const [row, path] of paths.entries()) {
    yield [path, rows[row * rowLength + columns.mtimeMs] ?? 0];
  }
}

/** When the file that was written last was written, in milliseconds since 1970; null without files. */
export function lastModification({ rows }: ScanTable): number | null {
  let last: number | null = null;
  for (let start = 0; start < rows.length; start += rowLength) {
    const time = rows[start + columns.mtimeMs] ?? 0;
    if (last === null || time > last) last = time;
  }
  return last;
}
