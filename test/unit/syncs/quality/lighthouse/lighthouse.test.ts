import { copyFile, cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { collectLighthouse } from '../../../../../src/syncs/quality/lighthouse/collect.ts';
import {
  toLighthouse,
  type LighthouseOutcome,
} from '../../../../../src/syncs/quality/lighthouse/outcome.ts';
import { temporaryWorkspace } from '../../../../helpers/workspace.ts';
import { viewOf } from '../views.ts';

const fixtures = fileURLToPath(new URL('../../../../fixtures/lighthouse/', import.meta.url));
// What computeRepresentativeRuns of @lhci/utils chooses among the fixtures, and Lighthouse's means.
const expected = {
  score: 86.25,
  performance: 76,
  accessibility: 96,
  bestPractices: 87,
  seo: 86,
  urls: ['http://localhost:8080/', 'http://localhost:8080/shop'],
};

async function outcomeOf(
  root: string,
  changes: Parameters<typeof viewOf>[1] & { rule?: 'mean' | 'performance' | 'min' } = {},
): Promise<LighthouseOutcome> {
  const { rule = 'mean', ...rest } = changes;
  return (await collectLighthouse(viewOf(root, rest), rule, null)).outcome;
}

test('chooses the median run of each page as Lighthouse CI does', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  expect(await outcomeOf(workspace.root)).toMatchObject({
    ...expected,
    ...{ rule: 'median', runs: 6, reason: null, problems: [] },
    fetchTime: 1_795_000_180_000,
  });
});

test('takes what a manifest calls representative, wherever the settings put it', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'reports/lh'), { recursive: true });
  await workspace.write(
    'lighthouserc.json',
    JSON.stringify({ ci: { upload: { target: 'filesystem', outputDir: './reports/lh/' } } }),
  );
  const outcome = await outcomeOf(workspace.root);
  expect(outcome).toMatchObject({ ...expected, rule: 'manifest', runs: 6, problems: [] });
  expect(outcome.fetchTime).toBe(1_795_000_180_000);
});

test('reads no reports from outside the project', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'reports'), { recursive: true });
  for (const outputDir of ['../reports', join(workspace.root, 'reports')]) {
    const settings = JSON.stringify({ ci: { upload: { outputDir } } });
    await workspace.write('project/lighthouserc.json', settings);
    const outcome = await outcomeOf(join(workspace.root, 'project'));
    expect(outcome).toMatchObject({ score: null, reason: 'no Lighthouse report was found' });
  }
});

test.each([
  ['performance', 76],
  ['min', 64],
] as const)('scores by %s', async (rule, score) => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  expect((await outcomeOf(workspace.root, { rule })).score).toBe(score);
});

test('takes the newest report that Lighthouse wrote by itself, in any package', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('web/package.json', '{}');
  await mkdir(join(workspace.root, 'web'), { recursive: true });
  const copy = (from: string, to: string): Promise<void> =>
    copyFile(join(fixtures, 'lhci', from), join(workspace.root, to));
  await copy('lhr-1795000000000.json', 'web/shop.report.json');
  await copy('lhr-1795000060000.json', 'lighthouse-report.json');
  await workspace.write('bundle.report.json', '{"lighthouse": "none of it"}');
  expect(await outcomeOf(workspace.root)).toMatchObject({
    ...{ rule: 'single', runs: 1, performance: 83, score: 92.25, problems: [] },
  });
});

test('drops runs that could not load the page, and says so when all failed', async () => {
  await using workspace = await temporaryWorkspace();
  await copyFile(join(fixtures, 'failed.report.json'), join(workspace.root, 'a.report.json'));
  const outcome = await outcomeOf(workspace.root);
  expect(outcome).toMatchObject({ score: null, rule: null, reason: 'every run failed: NO_FCP' });
});

test('a broken report is one problem, and the others count', async () => {
  await using workspace = await temporaryWorkspace();
  const run = await readFile(join(fixtures, 'lhci/lhr-1795000000000.json'), 'utf8');
  await workspace.write('.lighthouseci/lhr-1.json', run);
  await workspace.write('.lighthouseci/lhr-2.json', run.slice(0, 700));
  await workspace.write('.lighthouseci/lhr-3.json', run.replace('"score":0.91', '"score":91'));
  await workspace.write('.lighthouseci/manifest.json', '[{"isRepresentativeRun": true}]');
  const outcome = await outcomeOf(workspace.root);
  expect(outcome).toMatchObject({ rule: 'median', runs: 1, performance: 91 });
  expect(outcome.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    '.lighthouseci/manifest.json: at "0.url": is not what Lighthouse CI writes',
    '.lighthouseci/lhr-2.json: ends in the middle of the JSON text',
    '.lighthouseci/lhr-3.json: at "categories.performance.score": is not what Lighthouse writes',
  ]);
});

test('opens no report again while none has changed', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  const first = await collectLighthouse(viewOf(workspace.root), 'mean', null);
  expect(await collectLighthouse(viewOf(workspace.root), 'mean', first)).toBe(first);
  const other = await collectLighthouse(viewOf(workspace.root), 'min', first);
  expect(other.outcome.score).toBe(64);
  await workspace.write('.lighthouseci/lhr-9.json', 'broken {"lighthouseVersion"');
  expect(await collectLighthouse(viewOf(workspace.root), 'mean', first)).not.toBe(first);
});

test('is stale when a source is newer, and unknown when git tracks the report', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  const outcome = await outcomeOf(workspace.root);
  const at = 1_795_000_180_000;
  expect(toLighthouse(outcome, at + 2000).freshness).toBe('fresh');
  expect(toLighthouse(outcome, at + 2001).freshness).toBe('stale');
  const tracked = await outcomeOf(workspace.root, {
    tracked: ['.lighthouseci/lhr-1795000120000.json'],
  });
  expect(toLighthouse(tracked, at).freshness).toBe('unknown');
});
