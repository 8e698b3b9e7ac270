import type { FileCoverage } from '../coverage-format.ts';
import { countLines, createLineTables, type LineTable } from './line-table.ts';

/** The source files of one report with their lines. */
export interface LineFiles {
  /** Returns the lines of a file: the same table for the same path, so that a repeated file counts once. */
  readonly at: (path: string) => LineTable;
  readonly files: () => readonly FileCoverage[];
}

export function createLineFiles(): LineFiles {
  const tables = createLineTables();
  const byPath = new Map<string, LineTable>();
  return {
    at: (path) => {
      let table = byPath.get(path);
      if (!table) byPath.set(path, (table = tables.create()));
      return table;
    },
    files: () =>
      Array.from(byPath, ([path, table]) => {
        const lines = table.lines();
        return { path, ...countLines(lines), lines };
      }),
  };
}
