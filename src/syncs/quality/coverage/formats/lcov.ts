import { setImmediate } from 'node:timers/promises';
import {
  reportDefaults,
  type CoverageFormat,
  type FileCoverage,
  type Report,
} from '../coverage-format.ts';
import { completeLines } from '../parse/complete-lines.ts';
import { HitCounter, hitsOrNull, sumHits } from '../parse/hit-counter.ts';
import { countStatements, createLcovParser, type SourceFile } from '../parse/lcov-parser.ts';
import { countLines } from '../parse/line-table.ts';

/**
 * LCOV tracefiles, as described in geninfo(1).
 *
 * The counts come from DA, BRDA and FN records, because the sums LF and LH may be missing or differ from them.
 * LF corrects the counts only if checksums show that coverage.py wrote the file. A source file in several
 * records (a C header, several tests) counts once.
 */
export const lcov = {
  name: 'lcov',
  recognizes: (head) => /^(?:#[^\n]*\n|[ \t\r]*\n)*(?:TN|SF):/.test(head),
  parse: async (chunks) => {
    const parser = createLcovParser();
    for await (const bytes of completeLines(chunks)) parser.push(bytes);
    return toReport(parser.end());
  },
} as const satisfies CoverageFormat;

const filesBetweenYields = 256;

async function toReport(sourceFiles: ReadonlyMap<string, SourceFile>): Promise<Report> {
  const branches = new HitCounter();
  const functions = new HitCounter();
  const files: FileCoverage[] = [];
  for (const [path, file] of sourceFiles) {
    if (files.length % filesBetweenYields === 0) await setImmediate();
    const lines = file.lines.lines();
    files.push({ path, ...countStatements(file, countLines(lines)), lines });
    branches.addHits(file.branches.count());
    branches.addHits(file.namedBranches.count());
    functions.addHits(file.functions.count());
  }
  return {
    ...reportDefaults,
    ...sumHits(files),
    branches: hitsOrNull(branches),
    functions: hitsOrNull(functions),
    files,
  };
}
