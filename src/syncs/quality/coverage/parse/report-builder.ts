import { getOrInsert } from '../../../../util/collections.ts';
import { reportDefaults, type FileCoverage, type Report } from '../coverage-format.ts';
import { HitCounter, hitsOrNull, sumHits } from './hit-counter.ts';
import { countLines, createLineTables, type LineTable } from './line-table.ts';

/** Collects the source files of one report with their lines, and its branches and functions. */
export class ReportBuilder {
  readonly branches = new HitCounter();
  readonly functions = new HitCounter();
  private readonly tables = createLineTables();
  private readonly counted = new Map<string, HitCounter>();
  private readonly byPath = new Map<string, LineTable>();

  /** Returns the lines of a file: the same table for the same path, so that a repeated file counts once. */
  at(path: string): LineTable {
    return getOrInsert(this.byPath, path, () => this.tables.create());
  }

  /** Counts a line of a file once more. */
  count(path: string, isHit: boolean): void {
    getOrInsert(this.counted, path, () => new HitCounter()).add(isHit);
  }

  /** Returns the files with the lines that were counted in place of their own. */
  countedFiles(): readonly FileCoverage[] {
    return this.files().map((file) => ({
      ...file,
      ...sumHits([this.counted.get(file.path) ?? file]),
    }));
  }

  files(): readonly FileCoverage[] {
    return Array.from(this.byPath, ([path, table]) => {
      const lines = table.lines();
      return { path, ...countLines(lines), lines };
    });
  }

  /** Returns the report with the sums of what was collected, and `stated` in place of them. */
  toReport(stated: Partial<Report> = {}): Report {
    const files = this.files();
    return {
      ...reportDefaults,
      ...sumHits(files),
      branches: hitsOrNull(this.branches),
      functions: hitsOrNull(this.functions),
      files,
      ...stated,
    };
  }
}
