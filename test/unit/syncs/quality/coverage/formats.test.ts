import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { coverageFormats } from '../../../../../src/syncs/quality/coverage/index.ts';
import type { Report } from '../../../../../src/syncs/quality/coverage/format.ts';
import { ReportError } from '../../../../../src/syncs/quality/report-file.ts';
import { inChunks } from '../chunks.ts';

const fixtures = new URL('../../../../fixtures/coverage/', import.meta.url);

/** What each tool printed, see the README of the fixtures. */
const reports: readonly (readonly [string, string, number, number])[] = [
  ['nyc/coverage-summary.json', 'istanbul-summary', 10, 15],
  ['nyc/coverage-final.json', 'istanbul', 10, 15],
  ['nyc/lcov.info', 'lcov', 10, 15],
  ['nyc/cobertura-coverage.xml', 'cobertura', 10, 15],
  ['c8/coverage-summary.json', 'istanbul-summary', 29, 38],
  ['c8/coverage-final.json', 'istanbul', 29, 38],
  ['c8/lcov.info', 'lcov', 29, 38],
  ['c8/cobertura-coverage.xml', 'cobertura', 29, 38],
  ['jest/coverage-summary.json', 'istanbul-summary', 10, 15],
  ['jest/coverage-final.json', 'istanbul', 10, 15],
  ['jest/lcov.info', 'lcov', 10, 15],
  ['jest/cobertura-coverage.xml', 'cobertura', 10, 15],
  ['vitest-v8/coverage-summary.json', 'istanbul-summary', 20, 29],
  ['vitest-v8/coverage-final.json', 'istanbul', 20, 29],
  ['vitest-v8/lcov.info', 'lcov', 20, 29],
  ['vitest-v8/cobertura-coverage.xml', 'cobertura', 20, 29],
  ['vitest-istanbul/coverage-summary.json', 'istanbul-summary', 7, 12],
  ['vitest-istanbul/coverage-final.json', 'istanbul', 7, 12],
  ['vitest-istanbul/lcov.info', 'lcov', 7, 12],
  ['vitest-istanbul/cobertura-coverage.xml', 'cobertura', 7, 12],
  ['node-test/lcov.info', 'lcov', 33, 42],
  ['lcov/lcov.info', 'lcov', 9, 12],
  ['gcovr/coverage.xml', 'cobertura', 9, 12],
  ['coverage-py/coverage.xml', 'cobertura', 5, 9],
  ['coverage-py/coverage.lcov', 'lcov', 5, 9],
];

describe('reports of real tools', () => {
  test.each(reports)('%s is %s and covers %i of %i lines', async (path, format, covered, total) => {
    const bytes = await readFile(new URL(path, fixtures));
    const head = bytes.toString('utf8', 0, 4096);
    const matching = coverageFormats.filter((known) => known.recognizes(head));
    expect(matching.map(({ name }) => name)).toEqual([format]);
    const report = await matching[0]?.parse(inChunks(bytes));
    expect(report).toMatchObject({ covered, total, metric: 'line' });
    const sum = (key: 'covered' | 'total'): number =>
      report?.files?.reduce((whole, file) => whole + file[key], 0) ?? 0;
    expect([sum('covered'), sum('total')]).toEqual([covered, total]);
  });

  test.each([
    ['jest/coverage-summary.json', { covered: 1, total: 4 }, { covered: 5, total: 7 }],
    ['jest/coverage-final.json', { covered: 1, total: 4 }, { covered: 5, total: 7 }],
    ['jest/lcov.info', { covered: 1, total: 4 }, { covered: 5, total: 7 }],
    ['jest/cobertura-coverage.xml', { covered: 1, total: 4 }, null],
    ['node-test/lcov.info', { covered: 9, total: 10 }, { covered: 6, total: 8 }],
    ['lcov/lcov.info', null, { covered: 3, total: 4 }],
    ['gcovr/coverage.xml', { covered: 3, total: 4 }, { covered: 3, total: 4 }],
    ['coverage-py/coverage.xml', { covered: 1, total: 4 }, null],
    ['coverage-py/coverage.lcov', { covered: 1, total: 4 }, null],
  ])(
    '%s has the branches and functions that its tool printed',
    async (path, branches, functions) => {
      const report = await parseFixture(path);
      expect(report.branches).toEqual(branches);
      expect(report.functions).toEqual(functions);
    },
  );

  test.each(reports)('%s reads the same however it is cut', async (path) => {
    const whole = await parseFixture(path);
    for (const size of [1, 7, 64, 1000]) expect(await parseFixture(path, size)).toEqual(whole);
  });
});

describe.each(coverageFormats)('every format: $name', (format) => {
  const [path] = reports.find(([, name]) => name === format.name) ?? [''];

  test('refuses a report that is cut off', async () => {
    const bytes = await readFile(new URL(path, fixtures));
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    await expect(format.parse(inChunks(half))).rejects.toThrow(ReportError);
  });

  test('refuses names that are not UTF-8', async () => {
    const bytes = await readFile(new URL(path, fixtures));
    const broken = Buffer.from(bytes.toString().replaceAll('cart.js', 'c\u00ffrt.js'), 'latin1');
    await expect(format.parse(inChunks(broken))).rejects.toThrow(/is not UTF-8/);
  });

  test('does not take an empty file, prose or a web page for its own', () => {
    for (const head of [
      '',
      'coverage: 80%',
      '<html><body>coverage</body></html>',
      '[1, 2]',
      '{"a": 1}',
    ]) {
      expect(format.recognizes(head)).toBe(false);
    }
  });
});

async function parseFixture(path: string, chunkSize?: number): Promise<Report> {
  const bytes = await readFile(new URL(path, fixtures));
  const format = coverageFormats.find((known) => known.recognizes(bytes.toString('utf8', 0, 4096)));
  if (!format) throw new Error(`${path} is not recognized`);
  return format.parse(inChunks(bytes, chunkSize));
}
