import type { FileCoverage, Hits } from '../coverage-format.ts';
import { countLines, createLineTables, type LineTable } from './line-table.ts';

/** The source files of one report by their lines. */
export interface LineFiles {
  /** The lines of a file; the same for the same path, so that naming it twice counts it once. */
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

/** The sum of counts of which none is in another. */
export function sumHits(parts: readonly Hits[]): Hits {
  let covered = 0;
  let total = 0;
  for (const part of parts) {
    covered += part.covered;
    total += part.total;
  }
  return { covered, total };
}
