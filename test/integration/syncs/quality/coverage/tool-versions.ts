import type { OtherReport } from './other-reports.ts';
import { of, runs, type ToolReport, type ToolRun } from './tool-runs.ts';

/** Returns a run of another version of a tool, with the numbers in which it differs. */
function version(dir: string, of: string, changes: Partial<ToolRun>): ToolRun {
  const run = runs.find((one) => one.dir === of);
  if (!run) throw new Error(`${of} is not listed`);
  return { ...run, dir, ...changes };
}

/** Returns a report that is written to the root of a project. */
const at = (file: string, format: string, changes: Partial<ToolReport> = {}): ToolReport => ({
  ...{ file, at: file, format },
  ...changes,
});
const json = (file: string, format: string): ToolReport =>
  at(file, format, { at: 'coverage.json' });

const lcov2 = [
  'lines.......: 55.0% (11 of 20 lines)',
  'functions...: 60.0% (3 of 5 functions)',
  'branches....: 50.0% (6 of 12 branches)',
];
const gcovrCpp = { sample: 'cpp', metric: 'line', functions: of(4, 4) } as const;
const lcovCpp = {
  ...gcovrCpp,
  ...{ percent: 100, ...of(12, 12), branches: of(3, 4) },
  printed: [
    'lines.......: 100.0% (12 of 12 lines)',
    'functions...: 100.0% (4 of 4 functions)',
    'branches....: 75.0% (3 of 4 branches)',
  ],
};
const noFunctions = { functions: null };

/** Runs of newer versions, and of further tools that write the formats of others. */
export const versions: readonly ToolRun[] = [
  version('lcov-2.0', 'lcov', { printed: lcov2 }),
  version('lcov-2.5', 'lcov', { printed: lcov2 }),
  version('lcov-cpp-2.0', 'lcov', lcovCpp),
  version('lcov-cpp-2.5', 'lcov', lcovCpp),
  version('gcovr-7', 'gcovr', {
    reports: [
      at('coverage.xml', 'cobertura', noFunctions),
      at('coverage.lcov', 'lcov'),
      json('gcovr.json', 'gcovr'),
      // The totals of this version are those of its last class.
      at('jacoco.xml', 'jacoco', noFunctions),
    ],
  }),
  version('gcovr-8', 'gcovr', {
    reports: [
      at('coverage.xml', 'cobertura', noFunctions),
      at('coverage.lcov', 'lcov'),
      json('gcovr.json', 'gcovr'),
      at('jacoco.xml', 'jacoco'),
    ],
  }),
  version('gcovr-cpp-7', 'gcovr', {
    ...gcovrCpp,
    ...{ percent: 100, ...of(12, 12), branches: of(3, 4) },
    printed: [
      'lines: 100.0% (12 out of 12)',
      'functions: 100.0% (4 out of 4)',
      'branches: 75.0% (3 out of 4)',
    ],
    reports: [
      at('coverage.xml', 'cobertura', noFunctions),
      json('gcovr.json', 'gcovr'),
      at('jacoco.xml', 'jacoco', noFunctions),
    ],
  }),
  // It counts a line once for each function that it is in.
  version('gcovr-cpp-8', 'gcovr', {
    ...gcovrCpp,
    ...{ percent: 87.5, ...of(14, 16), branches: of(3, 6) },
    printed: [
      'lines: 87.5% (14 out of 16)',
      'functions: 100.0% (4 out of 4)',
      'branches: 50.0% (3 out of 6)',
    ],
    reports: [
      at('coverage.xml', 'cobertura', noFunctions),
      at('coverage.lcov', 'lcov', { branches: of(3, 4) }),
      json('gcovr.json', 'gcovr'),
      at('jacoco.xml', 'jacoco'),
    ],
  }),
  version('grcov', 'lcov', {
    printed: lcov2,
    reports: [at('lcov.info', 'lcov'), at('cobertura.xml', 'cobertura', noFunctions)],
  }),
  version('llvm-cov-21', 'llvm-cov', {
    branches: of(6, 14),
    printed: [
      'lines.......: 57.7% (15 of 26 lines)',
      'functions...: 66.7% (4 of 6 functions)',
      'branches....: 42.9% (6 of 14 branches)',
    ],
  }),
  version('coverage-py-7', 'coverage-py', {
    reports: [
      at('coverage.xml', 'cobertura'),
      at('coverage.json', 'coverage.py'),
      at('coverage.lcov', 'lcov', { functions: of(4, 7) }),
    ],
  }),
  ...['phpunit-11', 'phpunit-13'].map((dir) => version(dir, 'phpunit', {})),
  {
    dir: 'kcov',
    sample: 'shell',
    ...{ metric: 'line', percent: 75, ...of(3, 4), branches: null, functions: null },
    printed: ['"covered_lines": "3", "total_lines": "4"'],
    reports: [
      at('coverage.json', 'kcov', { at: 'coverage/price.sh.8f2a/coverage.json' }),
      at('cobertura.xml', 'cobertura', { at: 'coverage/price.sh.8f2a/cobertura.xml' }),
    ],
  },
  {
    // Bun prints the mean of the percentages of its files: 69.29.
    dir: 'bun',
    sample: 'javascript',
    ...{ metric: 'line', percent: 70.83, ...of(17, 24), branches: null, functions: of(5, 7) },
    printed: ['src/cart.js | 80.00 | 78.57 | 12-14', 'src/price.js | 50.00 | 60.00 | 10-12,14'],
    reports: [at('lcov.info', 'lcov', { at: 'coverage/lcov.info' })],
  },
  {
    dir: 'deno',
    sample: 'javascript',
    ...{ metric: 'line', percent: 72.5, ...of(29, 40), branches: of(4, 6), functions: of(4, 6) },
    printed: ['| All files | 66.7 | 66.7 | 72.5 |'],
    reports: [at('lcov.info', 'lcov')],
  },
  ...(
    [
      ['simplecov-1', 65.21, 15, null, 'Line coverage: 15 / 23 (65.21%)'],
      ['simplecov-branches-1', 65.21, 15, of(2, 6), 'Branch coverage: 2 / 6 (33.33%)'],
      ['simplecov-commands-1', 73.91, 17, null, 'Line coverage: 17 / 23 (73.91%)'],
    ] as const
  ).map(([dir, percent, covered, branches, printed]): ToolRun => ({
    dir,
    sample: 'ruby',
    ...{ metric: 'line', percent, ...of(covered, 23), branches, functions: null },
    printed: [printed],
    reports: [at('coverage.json', 'simplecov', { at: 'coverage/coverage.json' })],
  })),
];

const other = (
  [dir, sample, file, path = file]: readonly [
    dir: string,
    sample: string,
    file: string,
    path?: string,
  ],
  hits: { covered: number; total: number },
  changes: Partial<OtherReport> = {},
): OtherReport => ({
  ...{ dir, sample, file, at: path, ...hits },
  ...{ branches: null, functions: null, metric: 'line' },
  ...changes,
});

const statement = { metric: 'statement' } as const;
const cFile = { branches: of(6, 12) };

/** Secondary formats of these runs. */
export const versionReports: readonly OtherReport[] = [
  other(['gcovr-7', 'c', 'gcovr-summary.json', 'coverage.json'], of(11, 20), {
    ...{ ...cFile, functions: of(3, 5) },
  }),
  other(['gcovr-7', 'c', 'clover.xml'], of(11, 20), statement),
  other(['gcovr-8', 'c', 'gcovr-summary.json', 'coverage.json'], of(11, 20), {
    ...{ ...cFile, functions: of(3, 5) },
  }),
  other(['gcovr-8', 'c', 'sonarqube.xml', 'coverage.xml'], of(11, 20), cFile),
  other(['gcovr-8', 'c', 'coveralls.json'], of(11, 20), cFile),
  other(['gcovr-8', 'c', 'clover.xml'], of(11, 20), statement),
  other(['gcovr-cpp-7', 'cpp', 'gcovr-summary.json', 'coverage.json'], of(12, 12), {
    ...{ branches: of(3, 4), functions: of(4, 4) },
  }),
  other(['gcovr-cpp-7', 'cpp', 'clover.xml'], of(12, 12), statement),
  // This version writes the lines that it excludes, and counts them in LF.
  other(['gcovr-cpp-7', 'cpp', 'coverage.lcov'], of(12, 15), {
    ...{ branches: of(3, 4), functions: of(4, 5) },
  }),
  other(['gcovr-cpp-8', 'cpp', 'gcovr-summary.json', 'coverage.json'], of(14, 16), {
    ...{ branches: of(3, 6), functions: of(4, 4) },
  }),
  other(['gcovr-cpp-8', 'cpp', 'clover.xml'], of(14, 16), statement),
  other(['grcov', 'c', 'covdir.json', 'coverage.json'], of(11, 20)),
  other(['llvm-cov-21', 'c', 'llvm-cov.json', 'coverage.json'], of(14, 26), {
    ...{ branches: of(5, 14), functions: of(3, 5) },
  }),
  other(['go-1.27', 'go', 'coverage.out'], of(11, 15), statement),
  other(['devel-cover-1.52', 'perl', 'clover.xml', 'cover_db/clover.xml'], of(29, 36), {
    ...{ ...statement, branches: of(2, 6), functions: of(9, 11) },
  }),
  ...['phpunit-11/clover.xml', 'phpunit-13/clover.xml', 'phpunit-13/openclover.xml'].map((path) => {
    const [dir = '', file = ''] = path.split('/');
    return other([dir, 'php', file, `build/logs/${file}`], of(5, 13), {
      ...{ ...statement, functions: of(2, 6) },
    });
  }),
];
