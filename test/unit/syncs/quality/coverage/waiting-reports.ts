import type { Coverage } from '../../../../../src/contract/quality.ts';
import { of } from './real-tools.ts';

/** A report of a format that has no parser yet: it must give nothing, or what the tool printed. */
export interface WaitingReport {
  readonly folder: string;
  readonly sample: string;
  readonly file: string;
  readonly at: string;
  readonly covered: number;
  readonly total: number;
  readonly branches: Coverage['branches'];
  readonly functions: Coverage['functions'];
}

const waiting = (
  place: readonly [folder: string, sample: string, file: string, at?: string],
  hits: { covered: number; total: number },
  branches: Coverage['branches'],
  functions: Coverage['functions'],
): WaitingReport => {
  const [folder, sample, file, at = file] = place;
  return { folder, sample, file, at, ...hits, branches, functions };
};

export const waitingReports: readonly WaitingReport[] = [
  // Istanbul's Clover calls lines statements.
  waiting(
    ['jest', 'javascript', 'clover.xml', 'coverage/clover.xml'],
    of(10, 18),
    of(4, 11),
    of(5, 8),
  ),
  waiting(
    ['nyc', 'javascript', 'clover.xml', 'coverage/clover.xml'],
    of(10, 18),
    of(4, 11),
    of(5, 8),
  ),
  waiting(
    ['c8', 'javascript', 'clover.xml', 'coverage/clover.xml'],
    of(29, 47),
    of(8, 11),
    of(4, 7),
  ),
  waiting(
    ['vitest-v8', 'typescript', 'clover.xml', 'coverage/clover.xml'],
    of(7, 15),
    of(5, 11),
    of(4, 7),
  ),
  waiting(
    ['vitest-istanbul', 'typescript', 'clover.xml', 'coverage/clover.xml'],
    of(7, 15),
    of(4, 11),
    of(4, 7),
  ),
  waiting(['phpunit', 'php', 'clover.xml', 'build/logs/clover.xml'], of(5, 13), null, of(2, 6)),
  // Its conditionals are branches (1 of 4) and conditions (1 of 2) together.
  waiting(
    ['devel-cover', 'perl', 'clover.xml', 'cover_db/clover.xml'],
    of(29, 36),
    of(2, 6),
    of(9, 11),
  ),
  waiting(['coverage-py', 'python', 'coverage.json'], of(20, 29), of(5, 10), null),
  waiting(['coverage-py-lines', 'python', 'coverage.json'], of(20, 29), null, null),
  waiting(['gcovr', 'c', 'gcovr.json', 'coverage.json'], of(11, 20), of(6, 12), of(3, 5)),
  waiting(['gcovr', 'c', 'gcovr-summary.json', 'coverage.json'], of(11, 20), of(6, 12), of(3, 5)),
  waiting(['gcovr', 'c', 'sonarqube.xml', 'coverage.xml'], of(11, 20), of(6, 12), null),
  waiting(['gcovr', 'c', 'coveralls.json'], of(11, 20), null, null),
  waiting(['llvm-cov', 'c', 'llvm-cov.json', 'coverage.json'], of(14, 26), of(5, 14), of(3, 5)),
  waiting(['go', 'go', 'coverage.out'], of(11, 15), null, null),
  waiting(['go-coverpkg', 'go', 'coverage.out'], of(11, 19), null, null),
  waiting(
    ['jacoco', 'java', 'jacoco.xml', 'target/site/jacoco/jacoco.xml'],
    of(11, 21),
    of(4, 10),
    of(4, 8),
  ),
  waiting(
    ['jacoco', 'java', 'jacoco-aggregate.xml', 'target/site/jacoco-aggregate/jacoco.xml'],
    of(11, 21),
    of(4, 10),
    of(4, 8),
  ),
  // Compiled without line numbers: instructions are all that it knows.
  waiting(
    ['jacoco', 'java', 'jacoco-without-lines.xml', 'target/site/jacoco/jacoco.xml'],
    of(52, 91),
    of(4, 10),
    of(4, 8),
  ),
  // Written by hand, see their provenance.
  waiting(['by-hand', 'csharp', 'coverlet.json', 'coverage.json'], of(4, 8), of(1, 2), of(1, 2)),
  waiting(['by-hand', 'csharp', 'opencover.xml', 'coverage.xml'], of(4, 8), of(1, 2), of(1, 2)),
  waiting(['by-hand', 'rust', 'tarpaulin-report.json'], of(3, 6), null, null),
  waiting(
    ['by-hand', 'elixir', 'excoveralls.json', 'cover/excoveralls.json'],
    of(2, 3),
    null,
    null,
  ),
  waiting(['by-hand', 'dart', 'dart-lcov.info', 'coverage/lcov.info'], of(3, 5), null, null),
  waiting(
    ['by-hand', 'ruby', 'simplecov-formatter.json', 'coverage/coverage.json'],
    of(15, 25),
    null,
    null,
  ),
  waiting(
    ['by-hand', 'ruby', 'simplecov-1.json', 'coverage/coverage.json'],
    of(15, 25),
    null,
    null,
  ),
];

/**
 * SimpleCov's own files. `.last_run.json` has the percentage that it printed and no counts;
 * `.resultset.json` has the lines between `:nocov:` too, which SimpleCov itself leaves out.
 */
export const simplecovFolders: readonly (readonly [folder: string, percent: number])[] = [
  ['simplecov', 60],
  ['simplecov-branches', 60],
  ['simplecov-commands', 68],
];
