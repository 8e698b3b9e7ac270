import { readdirSync } from 'node:fs';
import type { Coverage } from '../../../../../src/schema/quality.ts';

type Numbers = Pick<
  Coverage,
  'percent' | 'covered' | 'total' | 'metric' | 'branches' | 'functions'
>;

/** One report of a run, with the numbers in which it differs from the run. */
export interface ToolReport extends Partial<Numbers> {
  readonly file: string;
  /** Its usual path in a project. */
  readonly at: string;
  readonly format: string;
}

/** One run of one tool on one sample, with the numbers that it printed. */
export interface ToolRun extends Numbers {
  readonly dir: string;
  readonly sample: string;
  /** Lines that the tool printed, verbatim: the source of the numbers. */
  readonly printed: readonly string[];
  readonly reports: readonly ToolReport[];
}

/** Returns a count as tools print it: 3 of 4. */
export const of = (covered: number, total: number): { covered: number; total: number } => ({
  covered,
  total,
});

/** The reports that nyc, c8, Jest and Vitest write with Istanbul, which rounds down. */
const istanbulReports: readonly ToolReport[] = [
  {
    file: 'coverage-summary.json',
    at: 'coverage/coverage-summary.json',
    format: 'istanbul-summary',
  },
  { file: 'coverage-final.json', at: 'coverage/coverage-final.json', format: 'istanbul' },
];

/** Formats of several tools, whose percentages are rounded to nearest. */
const shared = (percent: number): readonly ToolReport[] => [
  { file: 'lcov.info', at: 'coverage/lcov.info', format: 'lcov', percent },
  {
    file: 'cobertura-coverage.xml',
    at: 'coverage/cobertura-coverage.xml',
    format: 'cobertura',
    functions: null,
    percent,
  },
];

export const runs: readonly ToolRun[] = [
  {
    dir: 'jest',
    sample: 'javascript',
    metric: 'line',
    percent: 55.55,
    ...of(10, 18),
    branches: of(4, 11),
    functions: of(5, 8),
    printed: [
      'Lines : 55.55% ( 10/18 )',
      'Branches : 36.36% ( 4/11 )',
      'Functions : 62.5% ( 5/8 )',
    ],
    reports: [...istanbulReports, ...shared(55.56)],
  },
  {
    dir: 'nyc',
    sample: 'javascript',
    metric: 'line',
    percent: 55.55,
    ...of(10, 18),
    branches: of(4, 11),
    functions: of(5, 8),
    printed: [
      'Lines : 55.55% ( 10/18 )',
      'Branches : 36.36% ( 4/11 )',
      'Functions : 62.5% ( 5/8 )',
    ],
    reports: [...istanbulReports, ...shared(55.56)],
  },
  {
    dir: 'c8',
    sample: 'javascript',
    metric: 'line',
    percent: 61.7,
    ...of(29, 47),
    branches: of(8, 11),
    functions: of(4, 7),
    printed: [
      'Lines : 61.7% ( 29/47 )',
      'Branches : 72.72% ( 8/11 )',
      'Functions : 57.14% ( 4/7 )',
    ],
    reports: [...istanbulReports, ...shared(61.7)],
  },
  {
    dir: 'vitest-v8',
    sample: 'typescript',
    metric: 'line',
    percent: 46.66,
    ...of(7, 15),
    branches: of(5, 11),
    functions: of(4, 7),
    printed: [
      'Lines : 46.66% ( 7/15 )',
      'Branches : 45.45% ( 5/11 )',
      'Functions : 57.14% ( 4/7 )',
    ],
    reports: [...istanbulReports, ...shared(46.67)],
  },
  {
    dir: 'vitest-istanbul',
    sample: 'typescript',
    metric: 'line',
    percent: 46.66,
    ...of(7, 15),
    branches: of(4, 11),
    functions: of(4, 7),
    printed: [
      'Lines : 46.66% ( 7/15 )',
      'Branches : 36.36% ( 4/11 )',
      'Functions : 57.14% ( 4/7 )',
    ],
    reports: [...istanbulReports, ...shared(46.67)],
  },
  {
    dir: 'node-test',
    sample: 'javascript',
    metric: 'line',
    percent: 80.43,
    ...of(37, 46),
    branches: of(10, 12),
    functions: of(6, 8),
    printed: ['# all files | 80.43 | 83.33 | 75.00 |'],
    reports: [{ file: 'lcov.info', at: 'lcov.info', format: 'lcov' }],
  },
  {
    dir: 'coverage-py',
    sample: 'python',
    metric: 'line',
    percent: 68.97,
    ...of(20, 29),
    // 29 statements minus 9. The 64.10 % includes the branches: (20 + 5) of (29 + 10).
    branches: of(5, 10),
    functions: null,
    printed: ['TOTAL 29 9 10 1 64.10%'],
    reports: [
      { file: 'coverage.xml', at: 'coverage.xml', format: 'cobertura' },
      { file: 'coverage.lcov', at: 'coverage.lcov', format: 'lcov' },
    ],
  },
  {
    dir: 'coverage-py-lines',
    sample: 'python',
    metric: 'line',
    percent: 68.97,
    ...of(20, 29),
    branches: null,
    functions: null,
    printed: ['TOTAL 29 9 68.97%'],
    reports: [
      { file: 'coverage.xml', at: 'coverage.xml', format: 'cobertura' },
      { file: 'coverage.lcov', at: 'coverage.lcov', format: 'lcov' },
    ],
  },
  {
    dir: 'pytest-cov',
    sample: 'python',
    metric: 'line',
    percent: 68.97,
    ...of(20, 29),
    branches: null,
    functions: null,
    printed: ['TOTAL 29 9 69%'],
    reports: [{ file: 'coverage.xml', at: 'coverage.xml', format: 'cobertura' }],
  },
  {
    dir: 'lcov',
    sample: 'c',
    metric: 'line',
    percent: 55,
    ...of(11, 20),
    branches: of(6, 12),
    functions: of(3, 5),
    printed: [
      'lines......: 55.0% (11 of 20 lines)',
      'functions..: 60.0% (3 of 5 functions)',
      'branches...: 50.0% (6 of 12 branches)',
    ],
    reports: [{ file: 'lcov.info', at: 'lcov.info', format: 'lcov' }],
  },
  {
    dir: 'geninfo',
    sample: 'c',
    metric: 'line',
    percent: 55,
    ...of(11, 20),
    branches: null,
    functions: of(3, 5),
    printed: ['Total:|55.0% 20|60.0% 5| - 0'],
    reports: [{ file: 'sample.info', at: 'sample.info', format: 'lcov' }],
  },
  {
    dir: 'gcovr',
    sample: 'c',
    metric: 'line',
    percent: 55,
    ...of(11, 20),
    branches: of(6, 12),
    functions: of(3, 5),
    printed: [
      'lines: 55.0% (11 out of 20)',
      'functions: 60.0% (3 out of 5)',
      'branches: 50.0% (6 out of 12)',
    ],
    reports: [{ file: 'coverage.xml', at: 'coverage.xml', format: 'cobertura' }],
  },
  {
    // Printed by lcov. llvm-cov prints 14, because it counts the best instantiation of a header.
    dir: 'llvm-cov',
    sample: 'c',
    metric: 'line',
    percent: 57.69,
    ...of(15, 26),
    branches: of(6, 18),
    functions: of(4, 6),
    printed: [
      'lines......: 57.7% (15 of 26 lines)',
      'functions..: 66.7% (4 of 6 functions)',
      'branches...: 33.3% (6 of 18 branches)',
    ],
    reports: [{ file: 'lcov.info', at: 'lcov.info', format: 'lcov' }],
  },
  {
    dir: 'phpunit',
    sample: 'php',
    metric: 'line',
    percent: 38.46,
    ...of(5, 13),
    branches: null,
    functions: of(2, 6),
    printed: ['Lines: 38.46% (5/13)', 'Methods: 33.33% (2/6)'],
    reports: [
      {
        file: 'cobertura.xml',
        at: 'build/logs/cobertura.xml',
        format: 'cobertura',
        functions: null,
      },
    ],
  },
];

/** Returns the directories of the tools, without those of the scripts and samples that produce the reports. */
export const reportDirs = (fixtures: string): readonly string[] =>
  readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['make', 'samples'].includes(entry.name))
    .map(({ name }) => name);
