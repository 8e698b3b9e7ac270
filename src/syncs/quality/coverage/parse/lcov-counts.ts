import type { Hits } from '../coverage-format.ts';
import type { SourceFile } from './lcov-parser.ts';

/**
 * Returns the line counts of a source file. They are those of its records, except for two tools that count otherwise:
 *
 * - gcovr writes lines that it does not count, or that it counts once for each function. Its own counts are LF and LH.
 * - coverage.py before 7.3.2 lists excluded lines as hit, and line 0 of an empty file; its LF omits them
 *   (nedbat/coveragepy#1684).
 */
export function countStatements({ records, stated, producer }: SourceFile, lines: Hits): Hits {
  const [found = NaN, hit = NaN] = [stated.get('LF'), stated.get('LH')];
  if (producer === null || records > 1) return lines;
  if (producer === 'gcovr') return hit <= found ? { covered: hit, total: found } : lines;
  if (!(found < lines.total)) return lines;
  return { covered: Math.max(0, lines.covered - (lines.total - found)), total: found };
}

/** Returns the sums that a record without details states (`llvm-cov export -summary-only`); null if it has none. */
export function statedHits(
  { stated }: SourceFile,
  ...[hitName, foundName]: readonly [hit: 'LH' | 'FNH' | 'BRH', found: 'LF' | 'FNF' | 'BRF']
): Hits | null {
  const [covered = NaN, total = NaN] = [stated.get(hitName), stated.get(foundName)];
  return covered <= total ? { covered, total } : null;
}
