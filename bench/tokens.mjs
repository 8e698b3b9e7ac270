// Measures reading the logs of an agent against ccusage in alternating rounds, and compares both results with the
// ground truth. Requires python3, and the npm registry for ccusage.
//
//   node bench/tokens.mjs [megabytes] [rounds] [claude-code|codex]
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { measure, median } from './measure.mjs';

const [megabytes = 2000, rounds = 5] = process.argv.slice(2, 4).map(Number);
const agent = process.argv[4] ?? 'claude-code';
/** What differs between agents; `sum` turns both kinds of totals into the same numbers. */
const agents = {
  'claude-code': {
    generator: 'generate-claude-logs.mjs',
    options: ['--projects', '30'],
    variable: 'CLAUDE_CONFIG_DIR',
    command: ['daily'],
    truthOf: ({ total }) => [total.in, total.out, total.cw5m + total.cw1h, total.cr, total.costUsd],
  },
  codex: {
    generator: 'generate-codex-logs.mjs',
    options: [],
    variable: 'CODEX_HOME',
    command: ['codex', 'daily'],
    truthOf: ({ input, output, cacheWrite, cacheRead }) => [
      ...[input, output, cacheWrite, cacheRead],
      'not computed',
    ],
  },
};
const { generator: generatorName, options, variable, command, truthOf } = agents[agent];
const competitor = 'ccusage@20.0.24';
const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
const generator = resolve(import.meta.dirname, generatorName);
const dir = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
const logs = join(dir, 'logs');
const workspace = join(dir, 'workspace');
const env = {
  PATH: process.env.PATH,
  HOME: dir,
  [variable]: logs,
  SYNC_RUNNER_WORKSPACE: workspace,
  TZ: 'UTC',
};

mkdirSync(join(workspace, 'data/config'), { recursive: true });
writeFileSync(join(workspace, 'data/config/sync.json'), '{ "syncs": ["tokens"] }');
const size = ['--mb', String(megabytes), '--sessions', String(Math.ceil(megabytes * 0.8))];
const generate = (...more) =>
  execFileSync(process.execPath, [generator, '--out', logs, ...size, ...options, ...more]);
generate();
const truth = truthOf(JSON.parse(readFileSync(join(logs, 'ground-truth.json'), 'utf8')));
execFileSync(
  'npm',
  ['install', '--prefix', dir, '--silent', '--no-audit', '--no-fund', competitor],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 180_000,
  },
);

const run = () => measure([process.execPath, cli, 'run', '--quiet'], { env });
const reset = () => {
  for (const name of ['cache', 'history', 'tokens.json']) {
    rmSync(join(workspace, 'data', name), { recursive: true, force: true });
  }
};
const runCold = () => {
  reset();
  return run();
};
const competitorOutput = join(dir, 'ccusage.json');
const ccusage = () =>
  measure([join(dir, 'node_modules/.bin/ccusage'), ...command, '--json', '--offline'], {
    env,
    output: competitorOutput,
  });

const coldRuns = [];
const competitorRuns = [];
for (let round = 0; round < rounds; round += 1) {
  coldRuns.push(runCold());
  competitorRuns.push(ccusage());
}
const warmRuns = Array.from({ length: rounds }, run);
const measured = JSON.parse(readFileSync(join(workspace, 'data/tokens.json'), 'utf8')).totals[
  agent
];
const competitorTotals = JSON.parse(readFileSync(competitorOutput, 'utf8')).totals;
generate('--phase', '2');
const afterGrowth = run();

const summary = (runs) => ({
  wall: median(runs.map(({ wall }) => wall)),
  cpu: median(runs.map(({ cpu }) => cpu)),
  mebibytes: Math.max(...runs.map(({ mebibytes }) => mebibytes)),
});
const [cold, competitorCold, warm] = [coldRuns, competitorRuns, warmRuns].map(summary);
const row = (name, { wall, cpu, mebibytes }) =>
  console.log(`| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${mebibytes.toFixed(0)} |`);

const bytes = readdirSync(logs, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
console.log(`Node ${process.version}, ${(bytes / 1e6).toFixed(0)} MB of logs, ${rounds} rounds\n`);
console.log('| | wall s | CPU s | RSS MiB |\n|---|---|---|---|');
row('sync-runner, first run', cold);
row(competitor, competitorCold);
row('sync-runner, nothing changed', warm);
row('sync-runner, every tenth session grown', afterGrowth);
const wallRatio = cold.wall / competitorCold.wall;
const cpuRatio = cold.cpu / competitorCold.cpu;
console.log(
  `\nwall ${wallRatio.toFixed(2)} (limit ≤ 0.7), CPU ${cpuRatio.toFixed(2)} (limit ≤ 1), ` +
    `RSS ${cold.mebibytes.toFixed(0)} MiB (limit ≤ 300)\n`,
);

console.log('| | input | output | cache write | cache read | USD |\n|---|---|---|---|---|---|');
const totals = (name, numbers) => console.log(`| ${name} | ${numbers.join(' | ')} |`);
totals('truth', truth);
const { input, output, cacheWrite5m, cacheWrite1h, cacheRead } = measured.tokens;
totals('sync-runner', [input, output, cacheWrite5m + cacheWrite1h, cacheRead, measured.costUsd]);
totals(competitor, [
  competitorTotals.inputTokens,
  competitorTotals.outputTokens,
  competitorTotals.cacheCreationTokens,
  competitorTotals.cacheReadTokens,
  competitorTotals.totalCost,
]);

if (agent === 'claude-code') measureLargeLogs();
rmSync(dir, { recursive: true });
process.exitCode = wallRatio <= 0.7 && cpuRatio <= 1 && cold.mebibytes <= 300 ? 0 : 1;

/** Memory use does not depend on the size of a log or of a line. */
function measureLargeLogs() {
  rmSync(join(logs, 'projects'), { recursive: true });
  mkdirSync(join(logs, 'projects/-home-dev-app'), { recursive: true });
  const line = (index) =>
    JSON.stringify({
      type: 'assistant',
      timestamp: '2026-11-20T10:00:00.000Z',
      cwd: '/home/dev/app',
      requestId: `req_${String(index)}`,
      message: {
        id: `msg_${String(index)}`,
        model: 'claude-opus-5',
        content: [{ type: 'text', text: 'x'.repeat(3000) }],
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    });
  const writeLog = (name, bytes, text) => {
    const file = openSync(join(logs, 'projects/-home-dev-app', name), 'w');
    for (let written = 0, index = 0; written < bytes; index += 1) {
      written += writeSync(file, text(index));
    }
    closeSync(file);
  };
  console.log('\n| | wall s | CPU s | RSS MiB |\n|---|---|---|---|');
  const block = 'x'.repeat(1_000_000);
  writeLog('line.jsonl', 600e6, () => block);
  row('one line of 600 MB', runCold());
  rmSync(join(logs, 'projects/-home-dev-app/line.jsonl'));
  writeLog('log.jsonl', 1e9, (index) => `${line(index % 1000)}\n`);
  row('one log of 1 GB', runCold());
}
