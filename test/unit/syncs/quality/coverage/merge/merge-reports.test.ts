import { expect, test } from 'vitest';
import type {
  FileCoverage,
  Report,
} from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { istanbulSummary } from '../../../../../../src/syncs/quality/coverage/formats/istanbul.ts';
import { lcov } from '../../../../../../src/syncs/quality/coverage/formats/lcov.ts';
import {
  mergeReports,
  type ParsedReport,
} from '../../../../../../src/syncs/quality/coverage/merge/merge-reports.ts';
import { createSourceFinder } from '../../../../../../src/syncs/quality/coverage/merge/source-finder.ts';

const find = createSourceFinder('/p', ['a/src/x.ts', 'b/src/x.ts', 'b/src/y.ts', 'main.py']);
const stats = { key: 'key', mtimeMs: 0, isRacy: false };

/** Returns a file with one character per line from 1 on: `+` hit, `-` missed. */
function file(path: string, states: string): FileCoverage {
  const lines = Uint8Array.from([0, ...Array.from(states, (state) => (state === '+' ? 2 : 1))]);
  return { path, covered: states.replaceAll('-', '').length, total: states.length, lines };
}

function parsed(dir: string, report: Partial<Report>): ParsedReport {
  const files = report.files === undefined ? [] : report.files;
  const sum = (key: 'covered' | 'total'): number =>
    files?.reduce((sum, one) => sum + one[key], 0) ?? 0;
  return {
    candidate: { path: `${dir}/lcov.info`, package: dir, stats },
    format: lcov,
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

test('mergeReports keeps the numbers of a single report', () => {
  const report = parsed('', { files: [file('main.py', '+-')], covered: 11, total: 17 });
  expect(mergeReports([report], find)).toMatchObject({ covered: 11, total: 17, metric: 'line' });
  expect(mergeReports([], find)).toBeNull();
});

test('mergeReports merges the report of the root with those of the packages by line', () => {
  const root = parsed('', { files: [file('a/src/x.ts', '+--'), file('b/src/x.ts', '+-')] });
  const a = parsed('a', { files: [file('src/x.ts', '-+-')] });
  const merged = mergeReports([root, a], find);
  expect(merged).toMatchObject({ covered: 3, total: 5 });
  expect(mergeReports([root, a, a], find)).toEqual(merged);
});

test('mergeReports adds different files of any language and does not average', () => {
  const python = parsed('', { files: [file('main.py', '+')], branches: { covered: 1, total: 2 } });
  const script = parsed('b', {
    files: [file('src/y.ts', '---+')],
    branches: { covered: 3, total: 4 },
  });
  expect(mergeReports([python, script], find)).toMatchObject({
    covered: 2,
    total: 5,
    branches: { covered: 4, total: 6 },
  });
});

test('mergeReports returns no branches when reports share a file', () => {
  const one = parsed('', { files: [file('main.py', '+')], branches: { covered: 1, total: 2 } });
  expect(mergeReports([one, one], find)?.branches).toBeNull();
});

test('mergeReports prefers lines to counts for a file in two reports', () => {
  const counts = parsed('', { files: [{ path: 'main.py', covered: 9, total: 10, lines: null }] });
  const lines = parsed('b', { files: [file('/p/main.py', '+-')] });
  expect(mergeReports([counts, lines], find)).toMatchObject({ covered: 1, total: 2 });
  expect(mergeReports([lines, counts], find)).toMatchObject({ covered: 1, total: 2 });
});

test('mergeReports adds totals without files only when no other report covers the same directory', () => {
  const totals = (dir: string, total: number): ParsedReport =>
    parsed(dir, { files: null, covered: 1, total });
  const a = parsed('a', { files: [file('src/x.ts', '+-')] });
  expect(mergeReports([a, totals('b', 10)], find)).toMatchObject({ covered: 2, total: 12 });
  expect(mergeReports([a, totals('', 10)], find)).toMatchObject({ covered: 1, total: 2 });
  expect(mergeReports([totals('', 10), totals('b', 30)], find)).toMatchObject({ total: 30 });
});

test('mergeReports rounds down only when every tool does', () => {
  const down = { ...parsed('a', { files: [file('src/x.ts', '+')] }), format: istanbulSummary };
  const nearest = parsed('b', { files: [file('src/y.ts', '+')] });
  expect(mergeReports([down, down], find)?.rounding).toBe('down');
  expect(mergeReports([down, nearest], find)?.rounding).toBe('nearest');
});

test('mergeReports counts lines when reports with another metric share a file', () => {
  const own = (states: string, hits: { covered: number; total: number }): ParsedReport =>
    parsed('', { metric: 'statement', ...hits, files: [{ ...file('main.py', states), ...hits }] });
  const one = own('+--', { covered: 4, total: 9 });
  const other = own('--+', { covered: 1, total: 9 });
  expect(mergeReports([one], find)).toMatchObject({ covered: 4, total: 9, metric: 'statement' });
  expect(mergeReports([one, other], find)).toMatchObject({ covered: 2, total: 3, metric: 'line' });
});
