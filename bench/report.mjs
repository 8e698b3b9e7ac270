// Measures the report of 1,000 projects and six months, and the time that a run takes to update the analytics.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { bundle } from './bundle.mjs';

const root = resolve(import.meta.dirname, '..');
const workspace = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
const program = join(workspace, 'bench.mjs');
await bundle(
  `
      export { writeSixMonths } from './test/helpers/six-months.ts';
      export { workspaceAt } from './src/config/workspace.ts';
      export { openStore } from './src/store/store.ts';
      export { updateAnalytics } from './src/analytics/update-analytics.ts';
      export { deriveCurrentAnalytics } from './src/analytics/derive-current-analytics.ts';
      export { loadPageData } from './src/report/load-page-data.ts';
      export { reportPage } from './src/report/report-page.ts';
      export { nodeSystem } from './src/system/node.ts';
      export { configFile } from './src/schema/config.ts';`,
  program,
  'esm',
);
const modules = await import(program);

const rounds = 11;
const now = new Date();
const paths = modules.workspaceAt(workspace);
mkdirSync(join(workspace, 'data', 'config'), { recursive: true });
writeFileSync(paths.config, '{ "tokens": { "budget": { "monthly": 300 } } }');
modules.writeSixMonths(paths, { projects: 1000, days: 184, now });
const stage = join(paths.lock, 'bench', 'stage');
mkdirSync(stage, { recursive: true });
const config = modules.configFile.parse({ tokens: { budget: { monthly: 300 } } });
const signal = new globalThis.AbortController().signal;
const options = { workspace: paths, config, now, signal };
const update = () =>
  modules.updateAnalytics(stage, { ...options, store: modules.openStore(paths) });

const rows = [];
async function measure(name, count, work) {
  const times = [];
  for (let round = 0; round < count; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(count / 2)];
  rows.push([name, median]);
  return median;
}
await measure('analytics, first run: 6 months of history are read', 1, update);
const unchanged = await measure('analytics, nothing changed', rounds, update);
await measure('analytics, one snapshot changed', rounds, () => {
  rmSync(paths.analytics);
  return update();
});
const analytics = await modules.deriveCurrentAnalytics({
  ...options,
  store: modules.openStore(paths),
});
const [script, style] = ['page.js', 'page.css'].map((name) =>
  brotliDecompressSync(readFileSync(join(root, 'dist', `${name}.br`)))
    .toString()
    .trim(),
);
const source = { ...options, store: modules.openStore(paths), system: modules.nodeSystem() };
let data = null;
await measure('data of the page', rounds, async () => {
  data = await modules.loadPageData(analytics, source);
});
let page = '';
const rendered = await measure('page', rounds, () => {
  page = modules.reportPage(data, { script, style });
});
rmSync(paths.lock, { recursive: true });
const cli = join(root, 'bin', 'sync-runner.cjs');
const env = { PATH: process.env.PATH, HOME: workspace };
const { status } = spawnSync(process.execPath, [cli, 'report', '-w', workspace], { env });
const { size } = statSync(paths.report);
const paint = await measurePaint(paths.report);
rmSync(workspace, { recursive: true });
if (status !== 0 || page.length === 0) throw new Error('no page was written');

console.log(`Node ${process.version}, 1,000 projects, 184 days, 17,000 runs; CPU time, medians`);
console.log('| measurement | ms |\n|---|---|');
for (const [name, ms] of rows) console.log(`| ${name} | ${ms.toFixed(1)} |`);
console.log(`| page size | ${String(Math.round(size / 1024))} KB |`);
if (paint !== null) {
  console.log('| page in Chromium, medians of 7 | ms |\n|---|---|');
  for (const [name, ms] of Object.entries(paint)) console.log(`| ${name} | ${ms.toFixed(0)} |`);
}
const isPaintedInTime = (paint?.['first paint'] ?? 0) < 1000;
process.exitCode = rendered <= 200 && unchanged <= 5 && size < 1_000_000 && isPaintedInTime ? 0 : 1;

/** Opens the page in new tabs. Returns null without Chromium. */
async function measurePaint(path) {
  const executablePath = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();
  if (executablePath === '') return null;
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const rounds = [];
  for (let round = 0; round < 7; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(pathToFileURL(path).href);
    const times = await page.evaluate(
      `new Promise((resolve) => new PerformanceObserver((list) => {
        const [{ domInteractive, loadEventEnd }] = performance.getEntriesByType('navigation');
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        const largest = list.getEntries().at(-1).startTime;
        resolve({ 'first paint': paint.startTime, 'largest paint': largest, interactive: domInteractive, loaded: loadEventEnd });
      }).observe({ type: 'largest-contentful-paint', buffered: true }))`,
    );
    const { metrics } = await devTools.send('Performance.getMetrics');
    const cpu = (name) => 1000 * metrics.find((one) => one.name === name).value;
    rounds.push({
      ...times,
      'CPU: scripts': cpu('ScriptDuration'),
      'CPU: style': cpu('RecalcStyleDuration'),
      'CPU: layout': cpu('LayoutDuration'),
      'CPU: all of the main thread': cpu('TaskDuration'),
    });
    await context.close();
  }
  await browser.close();
  const median = (values) => values.toSorted((a, b) => a - b)[3];
  const names = Object.keys(rounds[0]);
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((one) => one[name]))]));
}
