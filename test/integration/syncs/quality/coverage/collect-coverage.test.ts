import { cp, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Coverage } from '../../../../../src/schema/quality.ts';
import {
  collectCoverage,
  type CoverageResult,
} from '../../../../../src/syncs/quality/coverage/collect-coverage.ts';
import { toCoverage } from '../../../../../src/syncs/quality/coverage/coverage-outcome.ts';
import { lstatOrNull } from '../../../../../src/util/fs-sync.ts';
import { temporaryWorkspace } from '../../../../helpers/workspace.ts';
import { viewOf } from '../test-view.ts';

const fixtures = fileURLToPath(new URL('../../../../fixtures/coverage/', import.meta.url));
const lcov = (file: string, ...hits: number[]): string =>
  `SF:${file}\n${hits.map((count, line) => `DA:${String(line + 1)},${String(count)}\n`).join('')}end_of_record\n`;

async function coverageOf(
  root: string,
  options: Parameters<typeof viewOf>[1] & { globs?: readonly string[] } = {},
): Promise<{ readonly coverage: Coverage; readonly warnings: readonly string[] }> {
  const { globs = [], ...changes } = options;
  const view = viewOf(root, changes);
  const { outcome } = await collectCoverage(view, globs, null);
  const coverage = toCoverage(outcome, (path) => lstatOrNull(join(root, path))?.mtimeMs ?? null);
  const warnings = [...view.warnings.list, ...outcome.warnings];
  return { coverage, warnings: warnings.map(({ path, message }) => `${path}: ${message}`) };
}

async function copyReport(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(join(fixtures, from), to, { recursive: true });
}

/** Copies the sources that the reports of a tool are about. */
async function copySources(tool: string, to: string): Promise<void> {
  const languages = {
    'coverage-py': 'python',
    geninfo: 'c',
    gcovr: 'c',
    jest: 'javascript',
    'node-test': 'javascript',
    'vitest-v8': 'typescript',
  };
  const language = languages[(tool.split('/')[0] ?? '') as keyof typeof languages];
  await cp(join(fixtures, 'samples', language), to, { recursive: true });
}

test('collectCoverage uses one of several formats in a directory', async () => {
  await using workspace = await temporaryWorkspace();
  await copySources('jest', workspace.root);
  await copyReport('jest', join(workspace.root, 'coverage'));
  const { coverage, warnings } = await coverageOf(workspace.root);
  expect(warnings).toEqual([]);
  // 55.55, because Istanbul rounds down.
  expect(coverage).toMatchObject({ percent: 55.55, covered: 10, total: 18, metric: 'line' });
  expect(coverage.sources.map(({ path, format }) => [path, format])).toEqual([
    ['coverage/coverage-summary.json', 'istanbul-summary'],
  ]);
});

test.each([
  ['node-test/lcov.info', 'lcov.info', 80.43],
  ['node-test/lcov.info', 'coverage/lcov.info', 80.43],
  ['coverage-py/coverage.xml', 'coverage.xml', 68.97],
  ['geninfo/sample.info', 'coverage.lcov', 55],
  ['gcovr/coverage.xml', 'build/logs/cobertura.xml', 55],
  ['gcovr/coverage.xml', 'TestResults/0f8fad5b/coverage.cobertura.xml', 55],
  ['vitest-v8/coverage-final.json', 'coverage/coverage-final.json', 46.66],
  ['vitest-v8/lcov.info', 'cover/lcov.info', 46.67],
  ['jest/coverage-final.json', '.nyc_output/3f2a.json', 55.55],
  ['jest/lcov.info', 'coverage/ChromeHeadless/lcov.info', 55.56],
  ['jest/lcov.info', 'reports/unit-test-result.txt', 55.56],
])('collectCoverage finds %s at %s', async (fixture, path, percent) => {
  await using workspace = await temporaryWorkspace();
  await copySources(fixture, workspace.root);
  await copyReport(fixture, join(workspace.root, path));
  const { coverage } = await coverageOf(workspace.root);
  expect(coverage).toMatchObject({ percent, sources: [{ path }], reason: null });
});

test('collectCoverage merges the reports of the packages of a monorepo with that of the root', async () => {
  await using workspace = await temporaryWorkspace();
  const write = (path: string, text: string): Promise<void> =>
    workspace.write(`code/${path}`, text);
  for (const name of ['api', 'web']) {
    await write(`packages/${name}/package.json`, '{}');
    await write(`packages/${name}/src/index.ts`, '1\n2\n');
  }
  await write('packages/api/coverage/lcov.info', lcov('src/index.ts', 1, 0, 0, 0));
  await write('packages/web/coverage/lcov.info', lcov('src/index.ts', 0, 0));
  const root = join(workspace.root, 'code');
  expect((await coverageOf(root)).coverage).toMatchObject({ covered: 1, total: 6, percent: 16.67 });
  await write('coverage/lcov.info', lcov('packages/api/src/index.ts', 0, 1, 0, 0));
  const { coverage } = await coverageOf(root);
  expect(coverage).toMatchObject({ covered: 2, total: 6, percent: 33.33, missingFiles: 0 });
  expect(coverage.sources.map(({ path }) => path)).toEqual([
    'coverage/lcov.info',
    'packages/api/coverage/lcov.info',
    'packages/web/coverage/lcov.info',
  ]);
});

test('collectCoverage prefers formats with lines when several directories are merged', async () => {
  await using workspace = await temporaryWorkspace();
  await copySources('jest', workspace.root);
  await copyReport('jest', join(workspace.root, 'coverage'));
  await copyReport('jest', join(workspace.root, 'reports'));
  const { coverage } = await coverageOf(workspace.root);
  expect(coverage).toMatchObject({ covered: 10, total: 18, percent: 55.55 });
  expect(coverage.sources.map(({ format }) => format)).toEqual(['istanbul', 'istanbul']);
});

test('collectCoverage merges the raw files of nyc only when no report of their session exists', async () => {
  await using workspace = await temporaryWorkspace();
  const raw = (first: number, second: number): string =>
    JSON.stringify({
      'a.js': {
        path: 'a.js',
        b: {},
        f: {},
        fnMap: {},
        branchMap: {},
        statementMap: { 0: { start: { line: 1 } }, 1: { start: { line: 2 } } },
        s: { 0: first, 1: second },
      },
    });
  await workspace.write('.nyc_output/1.json', raw(1, 0));
  await workspace.write('.nyc_output/2.json', raw(0, 3));
  expect((await coverageOf(workspace.root)).coverage).toMatchObject({ covered: 2, total: 2 });
  await workspace.write('coverage/lcov.info', lcov('a.js', 1, 0));
  expect((await coverageOf(workspace.root)).coverage).toMatchObject({ covered: 1, total: 2 });
  await utimes(join(workspace.root, 'coverage/lcov.info'), 1_700_000_000, 1_700_000_000);
  expect((await coverageOf(workspace.root)).coverage).toMatchObject({ covered: 2, total: 2 });
});

test('collectCoverage uses the newest run below TestResults, whatever the order of its directories', async () => {
  await using workspace = await temporaryWorkspace();
  await copySources('gcovr', workspace.root);
  for (const [run, year] of [
    ['a', 2024],
    ['b', 2026],
    ['c', 2025],
  ] as const) {
    const path = join(workspace.root, 'TestResults', run, 'coverage.cobertura.xml');
    await copyReport('gcovr/coverage.xml', path);
    await utimes(path, new Date(`${String(year)}-01-01`), new Date(`${String(year)}-01-01`));
  }
  const { coverage } = await coverageOf(workspace.root);
  expect(coverage.sources.map(({ path }) => path)).toEqual([
    'TestResults/b/coverage.cobertura.xml',
  ]);
});

test('collectCoverage ignores third-party code and fixtures', async () => {
  await using workspace = await temporaryWorkspace();
  for (const dir of ['node_modules/x', 'vendor/y', 'test/fixtures/z']) {
    await workspace.write(`${dir}/package.json`, '{}');
    await workspace.write(`${dir}/coverage/lcov.info`, lcov('a.js', 1));
  }
  const { coverage } = await coverageOf(workspace.root, { globs: ['**/lcov.info'] });
  expect(coverage).toMatchObject({ percent: null, reason: 'no coverage report was found' });
});

test('collectCoverage finds the reports of configured globs that are not excluded', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('out/unit/result.data', lcov('a.js', 1, 0));
  await workspace.write('out/e2e/result.data', lcov('b.js', 1));
  const globs = ['out/*/result.data', './out/unit/../unit/x', '../**'];
  expect((await coverageOf(workspace.root, { globs })).coverage).toMatchObject({ total: 3 });
  const isExcluded = (path: string): boolean => path.startsWith('out/e2e/');
  expect((await coverageOf(workspace.root, { globs, isExcluded })).coverage.total).toBe(2);
});

test('collectCoverage warns about a malformed report and uses the next format of the run', async () => {
  await using workspace = await temporaryWorkspace();
  await copySources('jest', workspace.root);
  await copyReport('jest', join(workspace.root, 'coverage'));
  await workspace.write('coverage/coverage-summary.json', '{"total": {"lines": {"pct": 1}}}');
  const { coverage, warnings } = await coverageOf(workspace.root);
  expect(coverage).toMatchObject({ percent: 55.55, sources: [{ format: 'istanbul' }] });
  expect(warnings).toEqual([
    'coverage/coverage-summary.json: "total" at lines.covered: does not match the format',
  ]);
});

test.each([
  ['lcov.info', 'TN:\n', 'lcov.info counts no lines'],
  ['coverage/coverage-final.json', '{}', 'coverage/coverage-final.json counts no lines'],
  ['coverage/lcov.info', '', 'coverage/lcov.info is empty'],
  ['lcov.info', 'SF:a\nDA:1,1\n', 'lcov.info: line 2: ends in the middle of a record'],
  ['coverage.xml', 'coverage: 80 %', 'coverage.xml has no known format of a coverage report'],
  [
    'coverage/coverage-final.json',
    '{"error":"unauthorized"}',
    'coverage/coverage-final.json has no known format of a coverage report',
  ],
  ['coverage.out', 'mode: set\n', 'coverage.out counts no lines'],
  [
    '.coverage',
    'SQLite format 3\0',
    '.coverage is coverage.py data, which is not supported: run `coverage json`',
  ],
  [
    'coverage/covmeta.d2e1f0',
    '\0cvm\u0001',
    'coverage/covmeta.d2e1f0 is binary Go coverage data, which is not supported: run `go tool covdata textfmt -i DIR -o coverage.out`',
  ],
  [
    'coverage/.last_run.json',
    '{"result": {"line": 80}}',
    "coverage/.last_run.json is SimpleCov's last run, which is not supported",
  ],
])('collectCoverage gives the reason for no percentage: %s %j', async (path, content, reason) => {
  await using workspace = await temporaryWorkspace();
  await workspace.write(path, content);
  const { coverage } = await coverageOf(workspace.root);
  expect(coverage).toMatchObject({
    percent: null,
    covered: null,
    total: null,
    freshness: null,
    reason,
  });
});

test('collectCoverage dates a report by its own date, but no later than its mtime', async () => {
  await using workspace = await temporaryWorkspace();
  const path = join(workspace.root, 'coverage.xml');
  await copySources('coverage-py', workspace.root);
  await copyReport('coverage-py/coverage.xml', path);
  const reportTime = async (tracked: readonly string[] = []): Promise<unknown> =>
    (await coverageOf(workspace.root, { tracked, globs: tracked })).coverage.sources[0]?.reportTime;
  await utimes(path, new Date('2027-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z'));
  expect(await reportTime()).toBe('2026-11-23T13:33:21.128Z');
  await utimes(path, new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'));
  expect(await reportTime()).toBe('2026-01-01T00:00:00.000Z');
  expect(await reportTime(['coverage.xml'])).toBe('2026-11-23T13:33:21.128Z');
});

test('collectCoverage compares a report with its sources unless git tracks it', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('src/a.js', '1');
  await workspace.write('lcov.info', lcov('src/a.js', 1) + lcov('/ci/gone.js', 1));
  const report = new Date('2026-03-01T00:00:00Z');
  const later = new Date('2026-03-01T00:00:03Z');
  await utimes(join(workspace.root, 'lcov.info'), report, report);
  await utimes(join(workspace.root, 'src/a.js'), report, report);
  const expected = { missingFiles: 1, sources: [{ reportTime: '2026-03-01T00:00:00.000Z' }] };
  expect((await coverageOf(workspace.root)).coverage).toMatchObject({
    freshness: 'fresh',
    staleFiles: 0,
    ...expected,
  });
  await utimes(join(workspace.root, 'src/a.js'), later, later);
  expect((await coverageOf(workspace.root)).coverage).toMatchObject({
    freshness: 'stale',
    staleFiles: 1,
    ...expected,
  });
  const paths = ['lcov.info'];
  const tracked = await coverageOf(workspace.root, { tracked: paths, globs: paths });
  expect(tracked.coverage).toMatchObject({
    freshness: 'unknown',
    staleFiles: null,
    sources: [{ reportTime: null }],
  });
});

test('collectCoverage returns the last result when neither reports nor the list of files changed', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('coverage/lcov.info', lcov('a.js', 1, 0));
  const collect = (last: CoverageResult | null, startedMs?: number): Promise<CoverageResult> =>
    collectCoverage(viewOf(workspace.root, startedMs === undefined ? {} : { startedMs }), [], last);
  const first = await collect(null);
  expect(await collect(first)).toBe(first);
  await workspace.write('coverage/lcov.info', lcov('a.js', 1, 1));
  const second = await collect(first);
  expect(second.outcome.merged).toMatchObject({ covered: 2 });
  await workspace.write('new.js', '');
  expect(await collect(second)).not.toBe(second);
  await rm(join(workspace.root, 'coverage'), { recursive: true });
  expect((await collect(second)).outcome.merged).toBeNull();
  await workspace.write('coverage/lcov.info', lcov('a.js', 1, 1));
  expect((await collect(null, 0)).key).toBeNull();
});

test('collectCoverage does not follow links to reports', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('secret/lcov.info', lcov('a.js', 1));
  await mkdir(join(workspace.root, 'project'));
  await symlink(join(workspace.root, 'secret'), join(workspace.root, 'project/coverage'));
  await symlink(
    join(workspace.root, 'secret/lcov.info'),
    join(workspace.root, 'project/lcov.info'),
  );
  const { coverage, warnings } = await coverageOf(join(workspace.root, 'project'));
  expect(coverage.percent).toBeNull();
  expect(warnings).toEqual([
    'coverage: is a symbolic link and is not read',
    'lcov.info: is a symbolic link (ELOOP)',
  ]);
});

test('collectCoverage warns when the sums of a report differ from its lines', async () => {
  await using workspace = await temporaryWorkspace();
  const report = (sums: string): string =>
    `<coverage ${sums} line-rate="1"><class filename="a.py"><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class></coverage>`;
  await workspace.write('a.py', '');
  await workspace.write('coverage.xml', report('lines-covered="3" lines-valid="4"'));
  expect(await coverageOf(workspace.root)).toMatchObject({
    coverage: { percent: 75, reason: null },
    warnings: ['coverage.xml: its sums are 3 of 4 (75 %), its lines 1 of 2 (50 %)'],
  });
  await workspace.write('coverage.xml', report('lines-covered="2" lines-valid="4"'));
  expect((await coverageOf(workspace.root)).warnings).toEqual([]);
});

test.each([
  [
    'lcov.info',
    'SF:/elsewhere/gen/other.c\nDA:1,1\nend_of_record\n',
    /^lcov.info is about other sources/,
  ],
  [
    'examples/shop/lcov.info',
    'SF:a.c\nDA:1,1\nend_of_record\n',
    /^examples\/shop\/lcov.info is below an example/,
  ],
  ['Shop.xcresult/Info.plist', '', /^Shop.xcresult is a result bundle of Xcode: run `xcrun/],
  ['jacoco.exec', Buffer.from([1, 0xc0, 0xc0, 0x10]), /^jacoco.exec is JaCoCo execution data/],
  ['TestResults/1/a.coverage', 'binary', /^TestResults\/1\/a.coverage is binary .NET coverage/],
])('collectCoverage gives the reason why %s does not count', async (path, content, reason) => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('src/a.c', '');
  await workspace.write('examples/shop/Makefile', '');
  await workspace.write(path, content);
  const { coverage } = await coverageOf(workspace.root);
  expect(coverage.percent).toBeNull();
  expect(coverage.reason).toMatch(reason);
});

test('collectCoverage counts a report about other sources, an example or test data if it is configured', async () => {
  await using workspace = await temporaryWorkspace();
  const other = 'SF:/elsewhere/gen/other.c\nDA:1,1\nend_of_record\n';
  for (const path of ['lcov.info', 'examples/lcov.info', 'test/fixtures/lcov.info']) {
    await workspace.write(`${path.replaceAll('/', '-')}/${path}`, other);
    const root = join(workspace.root, path.replaceAll('/', '-'));
    expect((await coverageOf(root)).coverage.percent).toBeNull();
    expect((await coverageOf(root, { globs: [path] })).coverage.percent).toBe(100);
  }
});

test('collectCoverage reads the compressed JSON of gcov, one file for each object', async () => {
  await using workspace = await temporaryWorkspace();
  const object = (...counts: readonly number[]): Buffer =>
    gzipSync(
      JSON.stringify({
        format_version: '2',
        gcc_version: '14',
        files: [
          {
            file: 'src/a.h',
            functions: [],
            lines: counts.map((count, index) => ({ line_number: index + 1, count, branches: [] })),
          },
        ],
      }),
    );
  await workspace.write('src/a.h', '');
  await workspace.write('a.gcov.json.gz', object(1, 0, 0));
  await workspace.write('b.gcov.json.gz', object(0, 2, 0));
  expect((await coverageOf(workspace.root)).coverage).toMatchObject({ covered: 2, total: 3 });
});

test('collectCoverage maps the reports that Nx writes below the root to their packages', async () => {
  await using workspace = await temporaryWorkspace();
  for (const [name, hit] of [
    ['cart', 1],
    ['price', 0],
  ] as const) {
    await workspace.write(`libs/${name}/project.json`, '{}');
    await workspace.write(`libs/${name}/src/index.ts`, '');
    await workspace.write(`coverage/libs/${name}/lcov.info`, lcov('src/index.ts', hit, 0));
  }
  const { coverage } = await coverageOf(workspace.root);
  expect(coverage).toMatchObject({ covered: 1, total: 4, missingFiles: 0 });
});
