import { setImmediate } from 'node:timers/promises';
import {
  reportDefaults,
  type CoverageFormat,
  type FileCoverage,
  type Report,
} from '../../coverage-format.ts';
import { completeLines } from '../../parse/complete-lines.ts';
import { HitCounter, hitsOrNull, sumHits } from '../../parse/hit-counter.ts';
import { countStatements, statedHits } from '../../parse/lcov-counts.ts';
import { createLcovParser, type SourceFile } from '../../parse/lcov-parser.ts';
import { countLines } from '../../parse/line-table.ts';

/**
 * LCOV tracefiles, as described in geninfo(1).
 *
 * The counts come from DA, BRDA and FN records, because the sums LF and LH may be missing or differ from them. The sums
 * are used if such records are missing, or if they show how the tool counts (`countStatements`). A source file in
 * several records (a C header, several tests) counts once.
 */
export const lcov = {
  name: 'lcov',
  tools: 'lcov, gcovr, Istanbul, Dart, Bun, Deno, Node.js, Bazel, llvm-cov, grcov, PHPUnit',
  // Records of a source may come before its SF.
  recognizes: ({ text }) => /^(?:TN|SF|VER|KF|SN):/.test(text),
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
    const counted = countLines(lines);
    const stated = counted.total === 0 ? statedHits(file, 'LH', 'LF') : null;
    files.push(
      stated
        ? { path, ...stated, lines: null }
        : { path, ...countStatements(file, counted), lines },
    );
    const ownBranches = sumHits([file.branches.count(), file.namedBranches.count()]);
    branches.addHits(hitsOrNull(ownBranches) ?? statedHits(file, 'BRH', 'BRF') ?? ownBranches);
    const ownFunctions = file.functions.count();
    functions.addHits(hitsOrNull(ownFunctions) ?? statedHits(file, 'FNH', 'FNF') ?? ownFunctions);
  }
  return {
    ...reportDefaults,
    ...sumHits(files),
    branches: hitsOrNull(branches),
    functions: hitsOrNull(functions),
    files,
  };
}
