import { setImmediate } from 'node:timers/promises';
import { completeLines } from '../parse/complete-lines.ts';
import {
  hitsOrNull,
  type CoverageFormat,
  type FileCoverage,
  type Report,
} from '../coverage-format.ts';
import { countStatements, createLcovParser, type SourceFile } from '../parse/lcov-parser.ts';
import { countLines } from '../parse/line-table.ts';

/**
 * LCOV tracefiles, as geninfo(1) describes them.
 *
 * The counts come from DA, BRDA and FN records: the sums LF and LH may be missing or differ from them.
 * Only where checksums tell that coverage.py wrote them, LF corrects the counts.
 * A source file that stands in several records (a header in C, several tests) counts once.
 */
export const lcov: CoverageFormat = {
  name: 'lcov',
  hasLines: true,
  rounding: 'nearest',
  recognizes: (head) => /^(?:#[^\n]*\n|[ \t\r]*\n)*(?:TN|SF):/.test(head),
  parse: async (chunks) => {
    const parser = createLcovParser();
    for await (const bytes of completeLines(chunks)) parser.push(bytes);
    return toReport(parser.end());
  },
};

const filesBetweenYields = 256;

async function toReport(sourceFiles: ReadonlyMap<string, SourceFile>): Promise<Report> {
  const sums = { covered: 0, total: 0 };
  const branches = { covered: 0, total: 0 };
  const functions = { covered: 0, total: 0 };
  const files: FileCoverage[] = [];
  for (const [path, file] of sourceFiles) {
    if (files.length % filesBetweenYields === 0) await setImmediate();
    const lines = file.lines.lines();
    const counts = countStatements(file, countLines(lines));
    files.push({ path, ...counts, lines });
    for (const [sum, hits] of [
      [sums, counts],
      [branches, file.branches.count()],
      [branches, file.oddBranches.count()],
      [functions, file.functions.count()],
    ] as const) {
      sum.covered += hits.covered;
      sum.total += hits.total;
    }
  }
  return {
    ...sums,
    metric: 'line',
    branches: hitsOrNull(branches),
    functions: hitsOrNull(functions),
    reportTime: null,
    sourceRoots: [],
    files,
  };
}
