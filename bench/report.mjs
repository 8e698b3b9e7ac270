// Measures the report of 1,000 projects and six months, and the time that a run takes to update the analytics.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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
rmSync(workspace, { recursive: true });
if (status !== 0 || page.length === 0) throw new Error('no page was written');

console.log(`Node ${process.version}, 1,000 projects, 184 days, 17,000 runs; CPU time, medians`);
console.log('| measurement | ms |\n|---|---|');
for (const [name, ms] of rows) console.log(`| ${name} | ${ms.toFixed(1)} |`);
console.log(`| page size | ${String(Math.round(size / 1024))} KB |`);
process.exitCode = rendered <= 200 && unchanged <= 5 && size < 1_000_000 ? 0 : 1;
