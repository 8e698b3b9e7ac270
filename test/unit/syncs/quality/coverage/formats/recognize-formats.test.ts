import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { coverageFormats } from '../../../../../../src/syncs/quality/coverage/formats/registry.ts';
import type { Report } from '../../../../../../src/syncs/quality/coverage/coverage-format.ts';
import { ReportError } from '../../../../../../src/syncs/quality/report/report-file.ts';
import { inChunks } from '../../in-chunks.ts';
import { signatureOf } from '../../signature-of.ts';

const fixtures = new URL('../../../../../fixtures/coverage/', import.meta.url);

/** Report, format, and the numbers that the tool printed (verified by tool-reports.test.ts). */
const reports: readonly (readonly [string, string, number, number])[] = [
  ['coverage-py/coverage.json', 'coverage.py', 20, 29],
  ['llvm-cov/llvm-cov.json', 'llvm-cov', 14, 26],
  ['gcovr/gcovr.json', 'gcovr', 11, 20],
  ['gcovr/gcovr-summary.json', 'gcovr-summary', 11, 20],
  ['gcovr/coveralls.json', 'coveralls', 11, 20],
  ['by-hand/tarpaulin-report.json', 'tarpaulin', 3, 6],
  ['by-hand/coverlet.json', 'coverlet', 4, 8],
  ['by-hand/simplecov-1.json', 'simplecov', 15, 25],
  ['by-hand/simplecov-formatter.json', 'simplecov', 15, 25],
  // Without the sources the lines that SimpleCov ignores are not known.
  ['simplecov/resultset.json', 'simplecov-results', 16, 27],
  ['by-hand/excoveralls.json', 'coveralls', 2, 3],
  ['phpunit/clover.xml', 'clover', 5, 13],
  ['jest/clover.xml', 'clover', 10, 18],
  ['devel-cover/clover.xml', 'clover', 29, 36],
  ['jacoco/jacoco.xml', 'jacoco', 11, 21],
  ['jacoco/jacoco-aggregate.xml', 'jacoco', 11, 21],
  ['jacoco/jacoco-without-lines.xml', 'jacoco', 52, 91],
  ['gcovr/sonarqube.xml', 'sonarqube', 11, 20],
  ['go/coverage.out', 'go', 11, 15],
  ['go-coverpkg/coverage.out', 'go', 11, 19],
  ['by-hand/opencover.xml', 'opencover', 4, 8],
  ['nyc/coverage-summary.json', 'istanbul-summary', 10, 18],
  ['nyc/coverage-final.json', 'istanbul', 10, 18],
  ['nyc/lcov.info', 'lcov', 10, 18],
  ['nyc/cobertura-coverage.xml', 'cobertura', 10, 18],
  ['c8/coverage-summary.json', 'istanbul-summary', 29, 47],
  ['c8/coverage-final.json', 'istanbul', 29, 47],
  ['c8/lcov.info', 'lcov', 29, 47],
  ['c8/cobertura-coverage.xml', 'cobertura', 29, 47],
  ['jest/coverage-summary.json', 'istanbul-summary', 10, 18],
  ['jest/coverage-final.json', 'istanbul', 10, 18],
  ['jest/lcov.info', 'lcov', 10, 18],
  ['jest/cobertura-coverage.xml', 'cobertura', 10, 18],
  ['vitest-v8/coverage-summary.json', 'istanbul-summary', 7, 15],
  ['vitest-v8/coverage-final.json', 'istanbul', 7, 15],
  ['vitest-v8/lcov.info', 'lcov', 7, 15],
  ['vitest-v8/cobertura-coverage.xml', 'cobertura', 7, 15],
  ['vitest-istanbul/coverage-summary.json', 'istanbul-summary', 7, 15],
  ['vitest-istanbul/coverage-final.json', 'istanbul', 7, 15],
  ['vitest-istanbul/lcov.info', 'lcov', 7, 15],
  ['vitest-istanbul/cobertura-coverage.xml', 'cobertura', 7, 15],
  ['node-test/lcov.info', 'lcov', 37, 46],
  ['lcov/lcov.info', 'lcov', 11, 20],
  ['gcovr/coverage.xml', 'cobertura', 11, 20],
  ['coverage-py/coverage.xml', 'cobertura', 20, 29],
  ['by-hand/xccov.json', 'xccov', 5, 6],
  ['by-hand/xccov-lines.json', 'xccov-lines', 4, 6],
  ['by-hand/covdir.json', 'covdir', 4, 9],
  ['by-hand/kcov.json', 'kcov', 3, 4],
  ['by-hand/apex.json', 'apex', 3, 4],
  ['by-hand/devel-cover.json', 'devel-cover', 29, 36],
  ['by-hand/dotcover.xml', 'dotcover', 4, 8],
  ['by-hand/dotcover.json', 'dotcover-json', 4, 8],
  ['by-hand/visual-studio.xml', 'visual-studio', 4, 8],
  ['by-hand/visual-studio.coveragexml', 'coveragexml', 4, 8],
  ['by-hand/ncover.xml', 'ncover', 4, 8],
  ['by-hand/scoverage.xml', 'scoverage', 4, 5],
  ['by-hand/sound.c.gcov', 'gcov', 3, 5],
  ['by-hand/luacov.report.out', 'luacov', 4, 5],
  ['by-hand/codecov.json', 'codecov', 5, 8],
  ['by-hand/jacoco.csv', 'jacoco-csv', 11, 16],
];

describe('a tool report', () => {
  test.each(reports)(
    '%s is recognized as %s and covers %i of %i',
    async (path, format, covered, total) => {
      const bytes = await readFile(new URL(path, fixtures));
      const signature = await signatureOf(bytes);
      const matching = coverageFormats.filter((known) => known.recognizes(signature));
      expect(matching.map(({ name }) => name)).toEqual([format]);
      const report = await matching[0]?.parse(inChunks(bytes));
      expect(report).toMatchObject({ covered, total });
      // Files are counted in lines; a line may have several statements or sequence points.
      if (report?.metric !== 'line' || report.files === null) return;
      const sum = (key: 'covered' | 'total'): number =>
        report.files?.reduce((sum, file) => sum + file[key], 0) ?? 0;
      expect([sum('covered'), sum('total')]).toEqual([covered, total]);
    },
  );

  test.each(reports)('%s gives the same report in chunks of any size', async (path) => {
    const whole = await parseFixture(path);
    for (const size of [1, 7, 64, 1000]) expect(await parseFixture(path, size)).toEqual(whole);
  });
});

describe.each(coverageFormats)('format $name', (format) => {
  const [path] = reports.find(([, name]) => name === format.name) ?? [''];

  test('rejects a truncated report unless the format has no end', async () => {
    const bytes = await readFile(new URL(path, fixtures));
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    if (['gcov', 'jacoco-csv'].includes(format.name)) {
      const { total } = await format.parse(inChunks(bytes));
      expect((await format.parse(inChunks(half))).total).toBeLessThan(total);
      return;
    }
    await expect(format.parse(inChunks(half))).rejects.toThrow(ReportError);
  });

  test('reads a report with names that are not UTF-8', async () => {
    const bytes = await readFile(new URL(path, fixtures));
    const broken = Buffer.from(bytes.toString().replaceAll(/[Cc]art/g, 'c\u00ffrt'), 'latin1');
    const { covered, total } = await format.parse(inChunks(bytes));
    expect(await format.parse(inChunks(broken))).toMatchObject({ covered, total });
  });

  test('does not recognize an empty file, prose or a web page', async () => {
    for (const head of [
      '',
      'coverage: 80%',
      '<html><body>coverage</body></html>',
      '[1, 2]',
      '{"a": 1}',
    ]) {
      expect(format.recognizes(await signatureOf(head))).toBe(false);
    }
  });
});

async function parseFixture(path: string, chunkSize?: number): Promise<Report> {
  const bytes = await readFile(new URL(path, fixtures));
  const signature = await signatureOf(bytes);
  const format = coverageFormats.find((known) => known.recognizes(signature));
  if (!format) throw new Error(`${path} is not recognized`);
  return format.parse(inChunks(bytes, chunkSize));
}
