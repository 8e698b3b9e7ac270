import { readdirSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Coverage } from '../../../../../src/schema/quality.ts';
import { collectCoverage } from '../../../../../src/syncs/quality/coverage/collect-coverage.ts';
import { toCoverage } from '../../../../../src/syncs/quality/coverage/coverage-outcome.ts';
import { temporaryWorkspace } from '../../../../helpers/workspace.ts';
import { viewOf } from '../test-view.ts';
import { reportDirs, runs as firstRuns, type ToolRun } from './tool-runs.ts';
import { simplecovDirs, otherReports as firstReports } from './other-reports.ts';
import { versionReports, versions } from './tool-versions.ts';

const runs = [...firstRuns, ...versions];
const otherReports = [...firstReports, ...versionReports];
const simplecov1 = ['simplecov-1', 'simplecov-branches-1', 'simplecov-commands-1'];
const nycRawFiles = ['raw-1.json', 'raw-2.json'];
const fixtures = fileURLToPath(new URL('../../../../fixtures/coverage/', import.meta.url));

/** Returns the coverage of the sample with these reports (fixture → path in the project). */
async function coverageOf(
  { dir, sample }: Pick<ToolRun, 'dir' | 'sample'>,
  reports: Readonly<Record<string, string>>,
): Promise<{ readonly coverage: Coverage; readonly problems: readonly object[] }> {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'samples', sample), workspace.root, { recursive: true });
  for (const [from, to] of Object.entries(reports)) {
    await mkdir(dirname(join(workspace.root, to)), { recursive: true });
    await cp(join(fixtures, dir, from), join(workspace.root, to));
  }
  const { outcome } = await collectCoverage(viewOf(workspace.root), [], null);
  return { coverage: toCoverage(outcome, () => 0), problems: outcome.warnings };
}

describe.each(runs)('$dir', (run) => {
  test('printed the expected numbers', async () => {
    const provenance = await readFile(join(fixtures, run.dir, 'provenance.txt'), 'utf8');
    const [, printed = ''] = provenance.split('\nprinted:\n');
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ');
    for (const line of run.printed) expect(words(printed)).toContain(words(line));
  });

  test.each(run.reports)('$file gives the numbers that the tool printed', async (report) => {
    const { file, at, format, ...own } = report;
    const { covered, total, percent, branches, functions, metric } = { ...run, ...own };
    const { coverage, problems } = await coverageOf(run, { [file]: at });
    expect(problems).toEqual([]);
    expect(coverage).toMatchObject({ percent, covered, total, metric, branches, functions });
    expect(coverage).toMatchObject({ sources: [{ path: at, format }], reason: null });
    // Every source file of the sample is found, although the report is from another machine.
    expect(coverage.missingFiles).toBe(0);
  });

  test('reports of one run in several formats count once', async () => {
    const together = Object.fromEntries(run.reports.map(({ file, at }) => [file, at]));
    const { coverage, problems } = await coverageOf(run, together);
    expect(problems).toEqual([]);
    const { percent, covered, total } = run;
    expect(coverage).toMatchObject({ percent, covered, total });
    expect(coverage.sources).toHaveLength(1);
  });
});

test('the raw files of nyc give the numbers that nyc printed', async () => {
  const run = runs.find(({ dir }) => dir === 'nyc');
  if (!run) throw new Error('nyc is not listed');
  const raw = Object.fromEntries(nycRawFiles.map((file) => [file, `.nyc_output/${file}`]));
  const { coverage } = await coverageOf(run, raw);
  const { percent, covered, total } = run;
  expect(coverage).toMatchObject({ percent, covered, total, missingFiles: 0 });
});

const gcovFiles = {
  text: ['clamp.h.gcov', 'main.c.gcov', 'sound.c.gcov', 'spare.c.gcov'],
  json: ['app-main.gcov.json.gz', 'app-sound.gcov.json.gz', 'app-spare.gcov.json.gz'],
};

test.each([
  ['text', gcovFiles.text],
  ['compressed JSON', gcovFiles.json],
  ['text and compressed JSON', [...gcovFiles.text, ...gcovFiles.json]],
])('the files of gcov as %s give the number that gcov printed', async (_, files) => {
  const provenance = await readFile(join(fixtures, 'gcov/provenance.txt'), 'utf8');
  expect(provenance).toMatch(/\n\nLines executed:55\.00% of 20\n$/);
  const reports = Object.fromEntries(files.map((file) => [file, file]));
  const { coverage, problems } = await coverageOf({ dir: 'gcov', sample: 'c' }, reports);
  expect(problems).toEqual([]);
  expect(coverage).toMatchObject({ percent: 55, covered: 11, total: 20, missingFiles: 0 });
});

test.each(otherReports)('$dir/$file gives the numbers that the tool printed', async (report) => {
  const { file, at, covered, total, branches, functions, metric } = report;
  const { coverage } = await coverageOf(report, { [file]: at });
  expect(coverage).toMatchObject({
    covered,
    total,
    branches,
    functions,
    missingFiles: 0,
    metric,
  });
});

test.each(simplecovDirs)(
  '%s gives the percentage that SimpleCov printed',
  async (dir, { percent, covered, total, branches }) => {
    const { coverage, problems } = await coverageOf(
      { dir, sample: 'ruby' },
      { 'last_run.json': 'coverage/.last_run.json', 'resultset.json': 'coverage/.resultset.json' },
    );
    expect(problems).toEqual([]);
    expect(coverage).toMatchObject({ percent, covered, total, branches, missingFiles: 0 });
    const printed = JSON.parse(await readFile(join(fixtures, dir, 'last_run.json'), 'utf8')) as {
      readonly result: object;
    };
    expect(printed.result).toMatchObject({ line: percent });
  },
);

test.each(simplecov1)('%s counts the files that no test loaded, or nothing', async (dir) => {
  const results = {
    'resultset.json': 'coverage/.resultset.json',
    'last_run.json': 'coverage/.last_run.json',
  };
  const run = { dir, sample: 'ruby' };
  const both = await coverageOf(run, { ...results, 'coverage.json': 'coverage/coverage.json' });
  expect(both).toMatchObject({ coverage: { total: 23, reason: null }, problems: [] });
  const reason =
    'coverage/.resultset.json: does not contain the files that no test loaded: keep coverage.json';
  expect((await coverageOf(run, results)).coverage).toMatchObject({ percent: null, reason });
});

test('every report in the fixtures is tested', () => {
  const listed = [
    ...runs.flatMap(({ dir, reports }) => reports.map(({ file }) => `${dir}/${file}`)),
    ...otherReports.map(({ dir, file }) => `${dir}/${file}`),
    ...nycRawFiles.map((file) => `nyc/${file}`),
    ...[...gcovFiles.text, ...gcovFiles.json].map((file) => `gcov/${file}`),
    ...simplecov1.flatMap((dir) => [`${dir}/last_run.json`, `${dir}/resultset.json`]),
    ...simplecovDirs.flatMap(([dir]) => [`${dir}/last_run.json`, `${dir}/resultset.json`]),
  ];
  const existing = reportDirs(fixtures).flatMap((dir) =>
    readdirSync(join(fixtures, dir))
      .filter((name) => name !== 'provenance.txt')
      .map((name) => `${dir}/${name}`),
  );
  expect(listed.toSorted()).toEqual(existing.toSorted());
});
