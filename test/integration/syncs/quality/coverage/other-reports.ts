import type { Coverage } from '../../../../../src/schema/quality.ts';
import { of } from './tool-runs.ts';

/** A report in a secondary format of its tool, or written by hand. */
export interface OtherReport {
  readonly dir: string;
  readonly sample: string;
  readonly file: string;
  readonly at: string;
  readonly covered: number;
  readonly total: number;
  readonly branches: Coverage['branches'];
  readonly functions: Coverage['functions'];
  readonly metric: Coverage['metric'];
}

const other = (
  place: readonly [dir: string, sample: string, file: string, at?: string],
  hits: { covered: number; total: number },
  branches: Coverage['branches'],
  functions: Coverage['functions'],
  metric: Coverage['metric'] = 'line',
): OtherReport => {
  const [dir, sample, file, at = file] = place;
  return { dir, sample, file, at, ...hits, branches, functions, metric };
};

export const otherReports: readonly OtherReport[] = [
  // Istanbul's Clover report counts lines as statements.
  other(
    ['jest', 'javascript', 'clover.xml', 'coverage/clover.xml'],
    of(10, 18),
    of(4, 11),
    of(5, 8),
    'statement',
  ),
  other(
    ['nyc', 'javascript', 'clover.xml', 'coverage/clover.xml'],
    of(10, 18),
    of(4, 11),
    of(5, 8),
    'statement',
  ),
  other(
    ['c8', 'javascript', 'clover.xml', 'coverage/clover.xml'],
    of(29, 47),
    of(8, 11),
    of(4, 7),
    'statement',
  ),
  other(
    ['vitest-v8', 'typescript', 'clover.xml', 'coverage/clover.xml'],
    of(7, 15),
    of(5, 11),
    of(4, 7),
    'statement',
  ),
  other(
    ['vitest-istanbul', 'typescript', 'clover.xml', 'coverage/clover.xml'],
    of(7, 15),
    of(4, 11),
    of(4, 7),
    'statement',
  ),
  other(
    ['phpunit', 'php', 'clover.xml', 'build/logs/clover.xml'],
    of(5, 13),
    null,
    of(2, 6),
    'statement',
  ),
  // The conditionals are the sum of branches (1 of 4) and conditions (1 of 2).
  other(
    ['devel-cover', 'perl', 'clover.xml', 'cover_db/clover.xml'],
    of(29, 36),
    of(2, 6),
    of(9, 11),
    'statement',
  ),
  other(['coverage-py', 'python', 'coverage.json'], of(20, 29), of(5, 10), null),
  other(['coverage-py-lines', 'python', 'coverage.json'], of(20, 29), null, null),
  other(['gcovr', 'c', 'gcovr.json', 'coverage.json'], of(11, 20), of(6, 12), of(3, 5)),
  other(['gcovr', 'c', 'gcovr-summary.json', 'coverage.json'], of(11, 20), of(6, 12), of(3, 5)),
  other(['gcovr', 'c', 'sonarqube.xml', 'coverage.xml'], of(11, 20), of(6, 12), null),
  other(['gcovr', 'c', 'coveralls.json'], of(11, 20), null, null),
  other(['llvm-cov', 'c', 'llvm-cov.json', 'coverage.json'], of(14, 26), of(5, 14), of(3, 5)),
  other(['go', 'go', 'coverage.out'], of(11, 15), null, null, 'statement'),
  other(['go-coverpkg', 'go', 'coverage.out'], of(11, 19), null, null, 'statement'),
  other(
    ['jacoco', 'java', 'jacoco.xml', 'target/site/jacoco/jacoco.xml'],
    of(11, 21),
    of(4, 10),
    of(4, 8),
  ),
  other(
    ['jacoco', 'java', 'jacoco-aggregate.xml', 'target/site/jacoco-aggregate/jacoco.xml'],
    of(11, 21),
    of(4, 10),
    of(4, 8),
  ),
  // Compiled without line numbers, so only instructions are counted.
  other(
    ['jacoco', 'java', 'jacoco-without-lines.xml', 'target/site/jacoco/jacoco.xml'],
    of(52, 91),
    of(4, 10),
    of(4, 8),
    'instruction',
  ),
  // Written by hand, see by-hand/provenance.txt.
  other(['by-hand', 'csharp', 'coverlet.json', 'coverage.json'], of(4, 8), of(1, 2), of(1, 2)),
  other(
    ['by-hand', 'csharp', 'opencover.xml', 'coverage.xml'],
    of(4, 8),
    of(1, 2),
    of(1, 2),
    'sequencePoint',
  ),
  other(['by-hand', 'rust', 'tarpaulin-report.json'], of(3, 6), null, null),
  other(['by-hand', 'elixir', 'excoveralls.json', 'cover/excoveralls.json'], of(2, 3), null, null),
  other(['by-hand', 'dart', 'dart-lcov.info', 'coverage/lcov.info'], of(3, 5), null, null),
  other(['by-hand', 'swift', 'xccov.json', 'coverage.json'], of(5, 6), null, null),
  other(['by-hand', 'swift', 'xccov-lines.json', 'coverage/xccov.json'], of(4, 6), null, null),
  other(['by-hand', 'rust', 'covdir.json', 'coverage.json'], of(4, 9), null, null),
  other(
    ['by-hand', 'shell', 'kcov.json', 'coverage/price.sh.8f2a/coverage.json'],
    of(3, 4),
    null,
    null,
  ),
  other(
    ['by-hand', 'apex', 'apex.json', 'test-results/test-result-codecoverage.json'],
    of(3, 4),
    null,
    null,
  ),
  other(
    ['by-hand', 'perl', 'devel-cover.json', 'cover_db/cover.json'],
    of(29, 36),
    of(2, 4),
    of(9, 11),
    'statement',
  ),
  other(['by-hand', 'csharp', 'dotcover.xml', 'dotCover.xml'], of(4, 8), null, null, 'statement'),
  other(['by-hand', 'csharp', 'dotcover.json', 'dotCover.json'], of(4, 8), null, null, 'statement'),
  other(
    ['by-hand', 'csharp', 'visual-studio.xml', 'TestResults/coverage.xml'],
    of(4, 8),
    null,
    null,
  ),
  other(
    ['by-hand', 'csharp', 'visual-studio.coveragexml', 'TestResults/a.coveragexml'],
    of(4, 8),
    null,
    null,
  ),
  other(['by-hand', 'csharp', 'ncover.xml', 'coverage.xml'], of(4, 8), null, null, 'sequencePoint'),
  other(
    ['by-hand', 'scala', 'scoverage.xml', 'target/scala-3/scoverage-report/scoverage.xml'],
    of(4, 5),
    of(1, 2),
    null,
    'statement',
  ),
  other(['by-hand', 'c', 'sound.c.gcov'], of(3, 5), null, null),
  other(['by-hand', 'lua', 'luacov.report.out'], of(4, 5), null, null),
  other(['by-hand', 'c', 'codecov.json'], of(5, 8), null, null),
  other(
    ['by-hand', 'java', 'jacoco.csv', 'target/site/jacoco/jacoco.csv'],
    of(11, 16),
    of(4, 10),
    of(4, 6),
  ),
  other(
    ['by-hand', 'ruby', 'simplecov-formatter.json', 'coverage/coverage.json'],
    of(15, 25),
    null,
    null,
  ),
  other(['by-hand', 'ruby', 'simplecov-1.json', 'coverage/coverage.json'], of(15, 25), null, null),
];

/** SimpleCov's own files: `.last_run.json` has the printed percentage, `.resultset.json` the lines. */
export const simplecovDirs: readonly (readonly [
  dir: string,
  expected: Pick<Coverage, 'percent' | 'covered' | 'total' | 'branches'>,
])[] = [
  ['simplecov', { percent: 60, ...of(15, 25), branches: null }],
  ['simplecov-branches', { percent: 60, ...of(15, 25), branches: of(2, 6) }],
  ['simplecov-commands', { percent: 68, ...of(17, 25), branches: null }],
];
