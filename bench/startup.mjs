// Measures the start-up time as a ratio to `node -e 0`. The commands alternate, so that other load affects all of
// them. NODE_EXTRA_CA_CERTS is unset because it doubles the start-up time of Node 20.
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
  const dir = join(workspace, 'code', `project-${String(index)}`);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: `project-${String(index)}` }));
}
execFileSync(process.execPath, [cli, 'run', '--quiet'], { env, stdio: 'inherit' });

const commands = [
  { name: 'node -e 0', args: ['-e', '0'], limit: null },
  { name: 'sync-runner --version', args: [cli, '--version'], limit: 1.4 },
  { name: 'sync-runner status', args: [cli, 'status'], limit: 1.8 },
  { name: 'sync-runner statusline', args: [cli, 'statusline'], limit: 2 },
];
const times = new Map(commands.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const { name, args } of commands) {
    const started = process.hrtime.bigint();
    const { status } = spawnSync(process.execPath, args, { env, stdio: 'ignore' });
    times.get(name).push(Number(process.hrtime.bigint() - started) / 1e6);
    if (status !== 0) throw new Error(`${name} exited with ${String(status)}`);
  }
}
rmSync(workspace, { recursive: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const base = median(times.get('node -e 0'));
console.log(`Node ${process.version}, ${String(rounds)} rounds, median wall time`);
console.log('| command | ms | ratio | limit |\n|---|---|---|---|');
let failed = false;
for (const { name, limit } of commands) {
  const ms = median(times.get(name));
  const ratio = ms / base;
  failed ||= limit !== null && ratio > limit;
  const bound = limit === null ? '' : `≤ ${String(limit)}`;
  console.log(`| ${name} | ${ms.toFixed(1)} | ${ratio.toFixed(2)} | ${bound} |`);
}
process.exitCode = failed ? 1 : 0;
