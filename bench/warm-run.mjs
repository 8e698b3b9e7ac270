// Measures a run without changes in 14 repositories of 150 files each.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const rounds = Number(process.argv[2] ?? 21);
const repositories = 14;
const filesEach = 150;
const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
const workspace = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
const env = { PATH: process.env.PATH, HOME: workspace, SYNC_RUNNER_WORKSPACE: workspace };

mkdirSync(join(workspace, 'data', 'config'), { recursive: true });
writeFileSync(
  join(workspace, 'data', 'config', 'sync.json'),
  JSON.stringify({ projects: { roots: ['code'] } }),
);
for (let index = 0; index < repositories; index += 1) {
  const cwd = join(workspace, 'code', `project-${String(index)}`);
  mkdirSync(cwd, { recursive: true });
  for (let file = 0; file < filesEach; file += 1) {
    writeFileSync(join(cwd, `file-${String(file)}.js`), '// TODO\nexport const one = 1;\n');
  }
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  execFileSync('git', ['init', '-q'], { cwd, env });
  execFileSync('git', ['add', '-A'], { cwd, env });
  execFileSync('git', [...identity, 'commit', '-qm', 'First commit'], { cwd, env });
}
const run = () => {
  const started = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, [cli, 'run', '--quiet'], {
    env,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`the run exited with ${String(status)}`);
  return Number(process.hrtime.bigint() - started) / 1e6;
};
const cold = run();
const warm = Array.from({ length: rounds }, run).toSorted((a, b) => a - b);
rmSync(workspace, { recursive: true });
const median = warm[Math.floor(rounds / 2)];
console.log(`Node ${process.version}, ${String(repositories)} repositories, wall time`);
console.log('| run | ms | limit |\n|---|---|---|');
console.log(`| first | ${cold.toFixed(0)} | |`);
console.log(`| nothing changed, median of ${String(rounds)} | ${median.toFixed(0)} | < 300 |`);
process.exitCode = median < 300 ? 0 : 1;
