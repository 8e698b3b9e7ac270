import { copyFile, cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  collectLighthouse,
  type LighthouseResult,
} from '../../../../../src/syncs/quality/lighthouse/collect-lighthouse.ts';
import {
  toLighthouse,
  type LighthouseOutcome,
} from '../../../../../src/syncs/quality/lighthouse/lighthouse-outcome.ts';
import { temporaryWorkspace } from '../../../../helpers/workspace.ts';
import { viewOf } from '../test-view.ts';

const fixtures = fileURLToPath(new URL('../../../../fixtures/lighthouse/', import.meta.url));
const [home, shop] = ['http://localhost:8080/', 'http://localhost:8080/shop.html'];
// The scores of the runs that Lighthouse CI marked as representative.
const expected = {
  score: (99 + 71) / 2,
  performance: (100 + 84) / 2,
  accessibility: (100 + 47) / 2,
  bestPractices: (96 + 89) / 2,
  seo: (100 + 64) / 2,
  urls: [home, shop],
  fetchTime: Date.parse('2026-11-23T17:21:41.274Z'),
};

const mean = { score: 'mean', paths: [] } as const;

async function outcomeOf(
  root: string,
  changes: Parameters<typeof viewOf>[1] & {
    rule?: 'mean' | 'performance' | 'min';
    paths?: readonly string[];
  } = {},
): Promise<LighthouseOutcome> {
  const { rule: score = 'mean', paths = [], ...rest } = changes;
  return (await collectLighthouse(viewOf(root, rest), { score, paths }, null)).outcome;
}

async function copyResult(name: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await copyFile(join(fixtures, name), join(dir, name));
}

test('collectLighthouse uses the median run of each page by the rule of Lighthouse CI', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  expect(await outcomeOf(workspace.root)).toMatchObject({
    ...expected,
    rule: 'median',
    runs: 6,
    reason: null,
    warnings: [],
  });
});

test('collectLighthouse uses the representative runs of a manifest in the configured directory', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'reports/lh'), { recursive: true });
  await workspace.write(
    'lighthouserc.json',
    JSON.stringify({ ci: { upload: { target: 'filesystem', outputDir: './reports/lh/' } } }),
  );
  const outcome = await outcomeOf(workspace.root);
  expect(outcome).toMatchObject({ ...expected, rule: 'manifest', runs: 6, warnings: [] });
});

test('collectLighthouse reads no report outside the project', async () => {
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
  ['performance', 92],
  ['min', 47],
] as const)('collectLighthouse combines the categories by %s', async (rule, score) => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  expect((await outcomeOf(workspace.root, { rule })).score).toBe(score);
});

test('collectLighthouse uses the reports of the Lighthouse CLI, and the newest of a page', async () => {
  await using workspace = await temporaryWorkspace();
  await workspace.write('web/package.json', '{}');
  await copyResult('shop.report.json', join(workspace.root, 'web'));
  await workspace.write('bundle.report.json', '{"lighthouse": "no result"}');
  expect(await outcomeOf(workspace.root)).toMatchObject({
    rule: 'single',
    runs: 1,
    performance: 61,
    score: 65.25,
    urls: [shop],
    warnings: [],
  });
  const old = JSON.parse(await readFile(join(fixtures, 'version-9.report.json'), 'utf8')) as object;
  const later = { ...old, fetchTime: '2026-11-23T18:00:00.000Z' };
  await workspace.write('web/version-9.report.json', JSON.stringify(later));
  expect(await outcomeOf(workspace.root)).toMatchObject({
    rule: 'single',
    runs: 1,
    performance: 98,
    score: 70.25,
    urls: [shop],
    warnings: [],
    accessibility: 49,
    bestPractices: 92,
    seo: 42,
  });
});

test('collectLighthouse uses only the categories that were run', async () => {
  await using workspace = await temporaryWorkspace();
  await copyResult('two-categories.report.json', workspace.root);
  const scores = { performance: null, accessibility: 47, bestPractices: null, seo: 64 };
  expect(await outcomeOf(workspace.root)).toMatchObject({ ...scores, score: 55.5, reason: null });
  expect(await outcomeOf(workspace.root, { rule: 'performance' })).toMatchObject({
    ...scores,
    score: null,
    reason: 'no report has a performance score',
  });
});

test('collectLighthouse ignores runs that could not load the page and gives the reason when all failed', async () => {
  await using workspace = await temporaryWorkspace();
  await copyResult('failed.report.json', workspace.root);
  expect(await outcomeOf(workspace.root)).toMatchObject({
    score: null,
    rule: null,
    reason: 'every run failed: CHROME_INTERSTITIAL_ERROR',
  });
  await copyResult('shop.report.json', workspace.root);
  expect(await outcomeOf(workspace.root)).toMatchObject({ score: 65.25, reason: null });
});

test('collectLighthouse ignores a representative run that could not load the page', async () => {
  await using workspace = await temporaryWorkspace();
  await copyResult('failed.report.json', join(workspace.root, '.lighthouseci'));
  const summary = { performance: null, accessibility: null, 'best-practices': null, seo: null };
  const entry = { url: home, isRepresentativeRun: true, jsonPath: 'C:\\ci\\failed.report.json' };
  const write = (scores: object): Promise<void> =>
    workspace.write('.lighthouseci/manifest.json', JSON.stringify([{ ...entry, summary: scores }]));
  await write(summary);
  const reason = 'every run failed: CHROME_INTERSTITIAL_ERROR';
  expect(await outcomeOf(workspace.root)).toMatchObject({ score: null, reason });
  await write({ ...summary, seo: 1 });
  expect(await outcomeOf(workspace.root)).toMatchObject({ score: null, reason });
});

test('collectLighthouse reads a result whose audits exceed the limit of a member', async () => {
  await using workspace = await temporaryWorkspace();
  const text = await readFile(join(fixtures, 'shop.report.json'), 'utf8');
  const picture = `"final-screenshot": {"details": {"data": "${'x'.repeat(12_000_000)}"}},`;
  const huge = text.replace(
    '"audits": {',
    `"fullPageScreenshot": {${picture} "a": 1},\n"audits": {${picture}`,
  );
  expect(huge.length).toBeGreaterThan(24_000_000);
  await workspace.write('shop.report.json', huge);
  expect(await outcomeOf(workspace.root)).toMatchObject({ score: 65.25, warnings: [] });
});

test('collectLighthouse separates the pages of two packages and counts a page of one package once', async () => {
  await using workspace = await temporaryWorkspace();
  for (const name of ['admin', 'web']) {
    await workspace.write(`${name}/package.json`, '{}');
    await cp(join(fixtures, 'lhci'), join(workspace.root, name, '.lighthouseci'), {
      recursive: true,
    });
  }
  const outcome = await outcomeOf(workspace.root);
  expect(outcome).toMatchObject({ ...expected, runs: 12, urls: [home, shop, home, shop] });
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'web/reports'), { recursive: true });
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'web/.lighthouseci'), {
    recursive: true,
  });
  await copyFile(
    join(fixtures, 'uploaded/lighthouserc.json'),
    join(workspace.root, 'web/lighthouserc.json'),
  );
  expect(await outcomeOf(workspace.root)).toMatchObject({
    ...expected,
    rule: 'manifest',
    urls: [home, shop, home, shop],
  });
});

test('collectLighthouse uses the newer of two representative runs of one page', async () => {
  await using workspace = await temporaryWorkspace();
  const settings = { ci: { upload: { outputDir: 'reports' } } };
  await workspace.write('lighthouserc.json', JSON.stringify(settings));
  const text = await readFile(join(fixtures, 'shop.report.json'), 'utf8');
  for (const [dir, year, seo] of [
    ['.lighthouseci', '2026', 0.9],
    ['reports', '2025', 0.5],
  ] as const) {
    await workspace.write(`${dir}/shop.report.json`, text.replace('2026-11', `${year}-11`));
    const entry = { url: shop, isRepresentativeRun: true, jsonPath: '/ci/shop.report.json' };
    const manifest = JSON.stringify([{ ...entry, summary: { seo } }]);
    await workspace.write(`${dir}/manifest.json`, manifest);
  }
  expect(await outcomeOf(workspace.root)).toMatchObject({ seo: 90, urls: [shop], runs: 2 });
});

test('collectLighthouse warns about a malformed report and uses the others', async () => {
  await using workspace = await temporaryWorkspace();
  const run = await readFile(join(fixtures, 'shop.report.json'), 'utf8');
  await workspace.write('.lighthouseci/lhr-1.json', run);
  await workspace.write('.lighthouseci/lhr-2.json', run.slice(0, 700));
  await workspace.write('.lighthouseci/lhr-3.json', run.replace('"score": 0.61', '"score": 61'));
  await workspace.write('.lighthouseci/manifest.json', '[{"isRepresentativeRun": true}]');
  const outcome = await outcomeOf(workspace.root);
  expect(outcome).toMatchObject({ rule: 'median', runs: 1, performance: 61 });
  expect(outcome.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    '.lighthouseci/manifest.json: "0.url": does not match the format of Lighthouse CI',
    '.lighthouseci/lhr-2.json: ends in the middle of the JSON text',
    '.lighthouseci/lhr-3.json: "categories.performance.score": does not match the format of Lighthouse',
  ]);
});

test('collectLighthouse returns the last result when no report changed', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  const first = await collectLighthouse(viewOf(workspace.root), mean, null);
  expect(await collectLighthouse(viewOf(workspace.root), mean, first)).toBe(first);
  const other = await collectLighthouse(viewOf(workspace.root), { ...mean, score: 'min' }, first);
  expect(other.outcome.score).toBe(47);
  await workspace.write('.lighthouseci/lhr-9.json', 'broken {"lighthouseVersion"');
  expect(await collectLighthouse(viewOf(workspace.root), mean, first)).not.toBe(first);
});

test('collectLighthouse reads a run again whose name only a manifest contains', async () => {
  await using workspace = await temporaryWorkspace();
  await copyResult('shop.report.json', join(workspace.root, '.lighthouseci'));
  const path = join(workspace.root, '.lighthouseci/shop.json');
  await rename(join(workspace.root, '.lighthouseci/shop.report.json'), path);
  const entry = { url: shop, isRepresentativeRun: true, jsonPath: '/ci/shop.json' };
  const manifest = JSON.stringify([{ ...entry, summary: { performance: 0.5 } }]);
  await workspace.write('.lighthouseci/manifest.json', manifest);
  const readAt = async (last: LighthouseResult | null): Promise<LighthouseResult> => {
    const later = { ...viewOf(workspace.root), startedMs: Date.now() + 60_000 };
    return collectLighthouse(later, mean, last);
  };
  const first = await readAt(null);
  const fetchTime = first.outcome.fetchTime ?? 0;
  expect(await readAt(first)).toBe(first);
  const content = await readFile(path, 'utf8');
  const day = new Date(fetchTime).toISOString().slice(0, 10);
  await writeFile(path, content.replaceAll(day, '2031-01-02'));
  expect((await readAt(first)).outcome.fetchTime).toBeGreaterThan(fetchTime);
});

test('toLighthouse returns stale when a source is newer and unknown when git tracks the report', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'lhci'), join(workspace.root, '.lighthouseci'), { recursive: true });
  const outcome = await outcomeOf(workspace.root);
  const at = expected.fetchTime;
  expect(toLighthouse(outcome, at + 2000).freshness).toBe('fresh');
  expect(toLighthouse(outcome, at + 2001).freshness).toBe('stale');
  const tracked = await outcomeOf(workspace.root, {
    tracked: ['.lighthouseci/lhr-1795454470562.json'],
  });
  expect(toLighthouse(tracked, at).freshness).toBe('unknown');
});

test.each([
  ['lighthouserc.js', "module.exports = { ci: { upload: { outputDir: './reports/lh' } } };"],
  [
    '.lighthouserc.cjs',
    '// outputDir: "other"\nexports.ci = { upload: { "outputDir": `reports/lh` } };',
  ],
  ['lighthouserc.yml', 'ci:\n  upload:\n    outputDir: reports/lh # here\n'],
  ['.lighthouserc.yaml', "ci:\n  upload:\n    outputDir: './reports/lh/'\n"],
])('collectLighthouse reads the outputDir of %s without running it', async (name, text) => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'reports/lh'), { recursive: true });
  await workspace.write(name, text);
  expect(await outcomeOf(workspace.root)).toMatchObject({ ...expected, rule: 'manifest' });
});

test('collectLighthouse warns about an outputDir that is not a literal, and reads configured paths', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'uploaded'), join(workspace.root, 'reports/lh'), { recursive: true });
  await workspace.write('lighthouserc.js', 'module.exports = { outputDir: path.join("a", "b") };');
  const view = viewOf(workspace.root);
  const { outcome } = await collectLighthouse(view, mean, null);
  expect(outcome.reason).toBe('no Lighthouse report was found');
  expect(view.warnings.list.map(({ message }) => message)).toEqual([
    'its outputDir is not a string literal and is not read: add the reports to quality.lighthouse.paths',
  ]);
  const paths = ['reports/**/*.json'];
  expect(await outcomeOf(workspace.root, { paths })).toMatchObject({
    ...expected,
    rule: 'manifest',
  });
});

test('collectLighthouse counts a page that was loaded as on a phone and as on a desktop as two', async () => {
  await using workspace = await temporaryWorkspace();
  const run = await readFile(join(fixtures, 'shop.report.json'), 'utf8');
  const desktop = run.replace('"formFactor": "mobile"', '"formFactor": "desktop"');
  await workspace.write('phone.report.json', run);
  await workspace.write('desktop.report.json', desktop.replace('"score": 0.61', '"score": 0.81'));
  expect(await outcomeOf(workspace.root)).toMatchObject({ performance: 71, urls: [shop, shop] });
});

test('collectLighthouse prefers newer runs to an older manifest', async () => {
  await using workspace = await temporaryWorkspace();
  await cp(join(fixtures, 'uploaded'), join(workspace.root, '.lighthouseci'), { recursive: true });
  const run = await readFile(join(fixtures, 'shop.report.json'), 'utf8');
  const later = run.replace('"fetchTime": "2026-11-23T17', '"fetchTime": "2026-11-23T19');
  await workspace.write('.lighthouseci/lhr-1795460000000.json', later);
  const { performance } = await outcomeOf(workspace.root);
  // The home page is still that of the manifest.
  expect(performance).toBe((100 + 61) / 2);
});
