import { expect, test } from 'vitest';
import type {
  FileCoverage,
  Report,
} from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { goProfile } from '../../../../../../src/syncs/quality/coverage/formats/text/go-profile.ts';
import {
  istanbulFinal,
  istanbulSummary,
} from '../../../../../../src/syncs/quality/coverage/formats/json/istanbul.ts';
import { lcov } from '../../../../../../src/syncs/quality/coverage/formats/text/lcov.ts';
import {
  countCoverage,
  type CountedCoverage,
} from '../../../../../../src/syncs/quality/coverage/merge/count-coverage.ts';
import {
  resolveReport,
  type ParsedReport,
} from '../../../../../../src/syncs/quality/coverage/merge/resolve-report.ts';
import { createSourceFinder } from '../../../../../../src/syncs/quality/coverage/merge/source-finder.ts';
import { inChunks } from '../../in-chunks.ts';

const find = createSourceFinder('/p', ['a/src/x.ts', 'b/src/x.ts', 'b/src/y.ts', 'main.py']);
const minute = 60_000;

/** Returns a file with one character per line from 1 on: `+` hit, `-` missed. */
function file(path: string, states: string): FileCoverage {
  const lines = Uint8Array.from([0, ...Array.from(states, (state) => (state === '+' ? 2 : 1))]);
  return { path, covered: states.replaceAll('-', '').length, total: states.length, lines };
}

const counts = (path: string, covered: number, total: number): FileCoverage => ({
  path,
  covered,
  total,
  lines: null,
});

function parsed(
  dir: string,
  report: Partial<Report>,
  { format = lcov, mtimeMs = 0 }: { format?: ParsedReport['format']; mtimeMs?: number } = {},
): ParsedReport {
  const files = report.files === undefined ? [] : report.files;
  const sum = (key: 'covered' | 'total'): number =>
    files?.reduce((sum, one) => sum + one[key], 0) ?? 0;
  return {
    candidate: {
      path: `${dir}/report`,
      package: dir,
      isConfigured: false,
      stats: { key: 'key', mtimeMs, isRacy: false },
    },
    format,
    report: {
      covered: sum('covered'),
      total: sum('total'),
      metric: 'line',
      files,
      branches: null,
      functions: null,
      reportTime: null,
      sourceRoots: [],
      ...report,
    },
  };
}

const count = (...reports: readonly ParsedReport[]): CountedCoverage =>
  countCoverage(reports.map((one) => resolveReport(one, find, false)));

test('countCoverage keeps the numbers of a single report', () => {
  const report = parsed('', { files: [file('main.py', '+-')], covered: 11, total: 17 });
  expect(count(report).merged).toMatchObject({ covered: 11, total: 17, metric: 'line' });
  expect(count().merged).toBeNull();
});

test('countCoverage unites the report of the root with those of the packages by line', () => {
  const root = parsed('', { files: [file('a/src/x.ts', '+--'), file('b/src/x.ts', '+-')] });
  const a = parsed('a', { files: [file('src/x.ts', '-+-')] });
  const { merged } = count(root, a);
  expect(merged).toMatchObject({ covered: 3, total: 5 });
  expect(count(root, a, a).merged).toEqual(merged);
});

test('countCoverage adds different files of any language and does not average', () => {
  const python = parsed('', { files: [file('main.py', '+')], branches: { covered: 1, total: 2 } });
  const script = parsed('b', {
    files: [file('src/y.ts', '---+')],
    branches: { covered: 3, total: 4 },
  });
  expect(count(python, script).merged).toMatchObject({
    covered: 2,
    total: 5,
    branches: { covered: 4, total: 6 },
  });
});

test('countCoverage returns no branches when reports share a source', () => {
  const one = parsed('', { files: [file('main.py', '+')], branches: { covered: 1, total: 2 } });
  expect(count(one, one).merged?.branches).toBeNull();
});

test('countCoverage uses only the newest report of a source unless both are of one session', () => {
  const old = parsed('', { files: [file('main.py', '++'), file('a/src/x.ts', '+')] });
  const at = (mtimeMs: number): ParsedReport =>
    parsed('b', { files: [file('/p/main.py', '--')] }, { mtimeMs });
  expect(count(old, at(10 * minute)).merged).toMatchObject({ covered: 3, total: 3 });
  expect(count(old, at(11 * minute)).merged).toMatchObject({ covered: 1, total: 3 });
  expect(count(at(11 * minute), old).used.map(({ sources }) => sources)).toEqual([
    ['main.py'],
    ['a/src/x.ts'],
  ]);
});

test('countCoverage does not count the missing files of a report that lost a source to a newer one', () => {
  const old = parsed('', { files: [file('main.py', '+'), file('/ci/renamed.py', '+++')] });
  const newer = parsed('b', { files: [file('/p/main.py', '-')] }, { mtimeMs: 60 * minute });
  expect(count(old)).toMatchObject({ merged: { total: 4 }, missingFiles: 1 });
  expect(count(old, newer)).toMatchObject({ merged: { total: 1 }, missingFiles: 0 });
});

test('countCoverage does not count a report of renamed sources when a newer one covers its package', () => {
  const old = parsed('b', { files: [file('/ci/old/x.ts', '++')] });
  const at = (dir: string, path: string, mtimeMs: number): ParsedReport =>
    parsed(dir, { files: [file(path, '-')] }, { mtimeMs });
  expect(count(old, at('b', 'src/x.ts', 11 * minute)).merged?.total).toBe(1);
  expect(count(old, at('b', 'src/x.ts', 10 * minute)).merged?.total).toBe(3);
  expect(count(old, at('a', 'src/x.ts', 11 * minute)).merged?.total).toBe(3);
});

test('countCoverage counts a report with absolute paths on several drives', () => {
  const report = parsed('', {
    files: [file('D:\\a\\b\\src\\y.ts', '+-'), file('C:\\Temp\\gen.ts', '-'), file('/tmp/x', '-')],
  });
  expect(count(report)).toMatchObject({ merged: { covered: 1, total: 4 }, missingFiles: 2 });
});

test('countCoverage uses the most exact of several formats of one run', () => {
  const json = parsed(
    '',
    { files: [file('main.py', '+-'), file('/ci/gen.py', '-')], branches: { covered: 1, total: 2 } },
    { format: istanbulFinal },
  );
  const tracefile = parsed('', { files: [file('main.py', '+-'), file('gen.py', '-')] });
  const { merged, used } = count(tracefile, json);
  expect(merged).toMatchObject({ covered: 1, total: 3, branches: { covered: 1, total: 2 } });
  expect(used.map(({ resolved }) => resolved.format.name)).toEqual(['istanbul']);
});

test('countCoverage unites two runs in different formats when a line is run in only one of them', () => {
  const json = parsed('', { files: [file('main.py', '+--')] }, { format: istanbulFinal });
  const tracefile = parsed('', { files: [file('main.py', '--+')] });
  expect(count(json, tracefile).merged).toMatchObject({ covered: 2, total: 3 });
});

test('countCoverage uses counts without lines only when they are the more exact format of one run', () => {
  const summary = parsed('', { files: [counts('main.py', 9, 10)] }, { format: istanbulSummary });
  const lines = parsed('b', { files: [file('/p/main.py', '+-')] });
  const other = parsed('b', { files: [file('/p/main.py', '-+')] });
  expect(count(summary, lines).merged).toMatchObject({ covered: 9, total: 10 });
  expect(count(lines, other, summary).merged).toMatchObject({ covered: 2, total: 2 });
  const lessExact = parsed('', { files: [counts('main.py', 9, 10)] });
  const json = parsed('b', { files: [file('/p/main.py', '+-')] }, { format: istanbulFinal });
  expect(count(json, lessExact).merged).toMatchObject({ covered: 1, total: 2 });
});

test('countCoverage uses the counts or the lines of two runs of one session, whichever ran more', () => {
  const countsOf = (covered: number): ParsedReport =>
    parsed('', { files: [counts('main.py', covered, 4)] }, { format: istanbulSummary });
  const lines = parsed('', { files: [file('main.py', '++--')] });
  expect(count(countsOf(1), lines).merged).toMatchObject({ covered: 2, total: 4 });
  expect(count(lines, countsOf(3)).merged).toMatchObject({ covered: 3, total: 4 });
});

test('countCoverage adds totals without files only when no other report covers the same directory', () => {
  const totals = (dir: string, total: number, mtimeMs = 0): ParsedReport =>
    parsed(dir, { files: null, covered: 1, total }, { mtimeMs });
  const a = parsed('a', { files: [file('src/x.ts', '+-')] });
  expect(count(a, totals('b', 10)).merged).toMatchObject({ covered: 2, total: 12 });
  expect(count(a, totals('', 10)).merged).toMatchObject({ covered: 1, total: 2 });
  expect(count(totals('', 10), totals('b', 30)).merged).toMatchObject({ total: 30 });
  expect(count(a, totals('', 10, 60 * minute)).merged).toMatchObject({ covered: 1, total: 10 });
  expect(count(totals('', 10, 60 * minute), totals('b', 30)).merged).toMatchObject({ total: 10 });
});

test('countCoverage rounds down only when every tool does', () => {
  const down = parsed('a', { files: [file('src/x.ts', '+')] }, { format: istanbulFinal });
  const nearest = parsed('b', { files: [file('src/y.ts', '+')] });
  expect(count(down, down).merged?.rounding).toBe('down');
  expect(count(down, nearest).merged?.rounding).toBe('nearest');
});

test('countCoverage counts lines when reports with another metric share a source', () => {
  const own = (states: string, hits: { covered: number; total: number }): ParsedReport =>
    parsed('', { metric: 'statement', ...hits, files: [{ ...file('main.py', states), ...hits }] });
  const one = own('+--', { covered: 4, total: 9 });
  const other = own('--+', { covered: 1, total: 9 });
  expect(count(one).merged).toMatchObject({ covered: 4, total: 9, metric: 'statement' });
  expect(count(one, other).merged).toMatchObject({ covered: 2, total: 3, metric: 'line' });
});

test('countCoverage counts several Go profiles in statements like one', async () => {
  const profile = async (...blocks: readonly string[]): Promise<ParsedReport> =>
    parsed('', await goProfile.parse(inChunks(['mode: set', ...blocks, ''].join('\n'))), {
      format: goProfile,
    });
  const unit = await profile('m/main.go:1.1,3.2 5 1', 'm/main.go:3.2,4.1 2 0');
  const integration = await profile('m/main.go:1.1,3.2 5 0', 'm/main.go:3.2,4.1 2 1');
  expect(count(unit).merged).toMatchObject({ covered: 5, total: 7, metric: 'statement' });
  expect(count(unit, integration).merged).toMatchObject({
    covered: 7,
    total: 7,
    metric: 'statement',
  });
});
