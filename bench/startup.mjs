// Measures how long the program takes to start, as a ratio to `node -e 0`: the candidates take turns, so that
// a busy machine slows all of them alike. NODE_EXTRA_CA_CERTS alone doubles Node 20's start: it is unset.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const rounds = Number(process.argv[2] ?? 41);
const projects = 40;
const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
const workspace = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
const env = { PATH: process.env.PATH, HOME: workspace, SYNC_RUNNER_WORKSPACE: workspace };

mkdirSync(join(workspace, 'data', 'config'), { recursive: true });
mkdirSync(join(workspace, 'code'));
writeFileSync(
  join(workspace, 'data', 'config', 'sync.json'),
  JSON.stringify({ projects: { roots: ['code'] } }),
);
for (let index = 0; index < projects; index += 1) {
  const folder = join(workspace, 'code', `project-${String(index)}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: `project-${String(index)}` }));
}
execFileSync(process.execPath, [cli, 'run', '--quiet'], { env, stdio: 'inherit' });

const candidates = [
  { name: 'node -e 0', args: ['-e', '0'], limit: null },
  { name: 'sync-runner --version', args: [cli, '--version'], limit: 1.4 },
  { name: 'sync-runner status', args: [cli, 'status'], limit: 1.8 },
];
const times = new Map(candidates.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const { name, args } of candidates) {
    const started = process.hrtime.bigint();
    const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' });
    times.get(name).push(Number(process.hrtime.bigint() - started) / 1e6);
    if (status !== 0) throw new Error(`${name} ended with ${String(status)}`);
  }
}
rmSync(workspace, { recursive: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const base = median(times.get('node -e 0'));
console.log(`Node ${process.version}, ${String(rounds)} rounds, medians of the wall time`);
console.log('| command | ms | ratio | must |\n|---|---|---|---|');
let failed = false;
for (const { name, limit } of candidates) {
  const ms = median(times.get(name));
  const ratio = ms / base;
  failed ||= limit !== null && ratio > limit;
  const must = limit === null ? '' : `≤ ${String(limit)}`;
  console.log(`| ${name} | ${ms.toFixed(1)} | ${ratio.toFixed(2)} | ${must} |`);
}
process.exitCode = failed ? 1 : 0;
