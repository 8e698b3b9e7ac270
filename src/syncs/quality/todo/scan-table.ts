import type { Stats } from 'node:fs';
import { equalsRow, mtimeInRow, statColumns, writeRow } from '../../../git/stat-rows.ts';

/** The values of the `type` column. */
export const fileTypes = { text: 0, binary: 1, tooLarge: 2, generated: 3, notSource: 4 } as const;

/** The counts of one source file. `total` counts tags of any name. */
export type FileCounts = Readonly<Record<CountColumn, number>>;

/** The source files of a project, as rows of numbers: objects for 65,000 files take too much memory. */
export interface ScanTable {
  /** Relative to the project, in the order of the rows. */
  readonly paths: readonly string[];
  /** The `statColumns` of each file. */
  readonly stats: Float64Array;
  /** The `countColumns` of each file. */
  readonly counts: Uint32Array;
}

export const countColumns = ['type', 'lines', 'total', 'todo', 'fixme'] as const;
export type CountColumn = (typeof countColumns)[number];

/** Builds the table of a scan from the previous one and the changed files. */
export interface TableBuilder {
  /** Copies the row of a file that has not changed. Returns false if the file has to be read. */
  readonly reuse: (path: string, stat: (path: string) => Stats | null) => boolean;
  readonly add: (path: string, stats: Stats, counts: FileCounts) => void;
  readonly finish: () => { readonly table: ScanTable; readonly changed: boolean };
}

/** Files that changed just before `startedMs` or later are read again in the next scan (racy-git(7)). */
export function buildTable(
  capacity: number,
  last: ScanTable | null,
  startedMs: number,
): TableBuilder {
  const paths: string[] = [];
  const stats = new Float64Array(capacity * statColumns);
  const counts = new Uint32Array(capacity * countColumns.length);
  const findLast = createRowFinder(last);
  let changed = false;
  return {
    reuse: (path, stat) => {
      const from = findLast(path);
      const now = from === null ? null : stat(path);
      if (last === null || from === null || !now || !equalsRow(last.stats, from, now)) return false;
      copyRow(last.stats, from, stats, paths.length, statColumns);
      copyRow(last.counts, from, counts, paths.length, countColumns.length);
      paths.push(path);
      return true;
    },
    add: (path, now, row) => {
      writeRow(stats, paths.length, now, startedMs);
      const start = paths.length * countColumns.length;
      // Not in a loop, which takes long to optimize.
      counts[start] = row.type;
      counts[start + 1] = row.lines;
      counts[start + 2] = row.total;
      counts[start + 3] = row.todo;
      counts[start + 4] = row.fixme;
      paths.push(path);
      changed = true;
    },
    finish: () => ({
      table: {
        paths,
        stats: stats.subarray(0, paths.length * statColumns),
        counts: counts.subarray(0, paths.length * countColumns.length),
      },
      changed: changed || paths.length !== last?.paths.length,
    }),
  };
}

function copyRow<Numbers extends Float64Array | Uint32Array>(
  source: Numbers,
  from: number,
  target: Numbers,
  to: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column += 1) {
    target[to * columns + column] = source[from * columns + column] ?? 0;
  }
}

/** Finds the row of a path. Scans usually ask in the order of the table, which needs no index. */
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
    next += 1;
    return next - 1;
  };
}

/** Yields the number of tags in each file that has any. */
export function* todosByFile({
  paths,
  counts,
}: ScanTable): Generator<readonly [path: string, todos: number]> {
  const column = countColumns.indexOf('total');
  for (const [row, path] of paths.entries()) {
    const todos = counts[row * countColumns.length + column] ?? 0;
    if (todos > 0) yield [path, todos];
  }
}

/** Yields when each file was modified, in milliseconds since 1970. */
export function* modificationTimes({
  paths,
  stats,
}: ScanTable): Generator<readonly [path: string, mtimeMs: number]> {
  for (const [row, path] of paths.entries()) yield [path, mtimeInRow(stats, row)];
}

/** Returns when the newest file was modified, in milliseconds since 1970; null without files. */
export function lastModification({ paths, stats }: ScanTable): number | null {
  let last: number | null = null;
  for (let row = 0; row < paths.length; row += 1) {
    const time = mtimeInRow(stats, row);
    if (last === null || time > last) last = time;
  }
  return last;
}
