// Measures reading about 5,000 logs of six agents against ccusage and tokscale in alternating rounds, and compares the
// totals of each agent with the ground truth. Requires python3, and the npm registry for both and for bun.
//
//   node bench/mixed-agents.mjs [files] [rounds]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { measure, median } from './measure.mjs';

const [files = 5000, rounds = 3] = process.argv.slice(2, 4).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
const home = join(dir, 'home');
const workspace = join(dir, 'workspace');
const data = join(workspace, 'data');
const tools = join(dir, 'node_modules/.bin');
const env = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}:${tools}`,
  HOME: home,
  SYNC_RUNNER_WORKSPACE: workspace,
  TZ: 'UTC',
};

const generator = resolve(import.meta.dirname, 'generate-mixed-logs.mjs');
execFileSync(process.execPath, [generator, '--out', home, '--files', String(files)]);
const truth = JSON.parse(readFileSync(join(home, 'ground-truth.json'), 'utf8'));
mkdirSync(join(data, 'config'), { recursive: true });
writeFileSync(join(data, 'config/sync.json'), '{ "syncs": ["tokens"] }');
const packages = ['ccusage@20.0.24', 'tokscale@1.4.3', 'bun@1.4.5'];
execFileSync(
  'npm',
  ['install', '--prefix', dir, '--silent', '--no-audit', '--no-fund', ...packages],
  { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 },
);
// tokscale prints nothing without a table of prices, which it downloads unless it is cached.
const price = { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 };
const prices = { timestamp: Math.floor(Date.now() / 1000), data: { 'claude-opus-5': price } };
mkdirSync(join(home, '.cache/tokscale'), { recursive: true });
for (const name of ['litellm', 'openrouter']) {
  writeFileSync(join(home, `.cache/tokscale/pricing-${name}.json`), JSON.stringify(prices));
}

const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
const outputOf = (name) => join(dir, `${name}.json`);
const readOutput = (name) => JSON.parse(readFileSync(outputOf(name), 'utf8'));
const runTool = (name, ...args) =>
  measure([join(tools, name), ...args], { env, output: outputOf(name) });
const run = () => measure([process.execPath, cli, 'run', '--quiet'], { env });
const programs = {
  'sync-runner, first run': () => {
    for (const name of ['cache', 'history', 'tokens.json']) {
      rmSync(join(data, name), { recursive: true, force: true });
    }
    return run();
  },
  'ccusage@20.0.24': () => runTool('ccusage', 'daily', '--json', '--offline', '--by-agent'),
  'tokscale@1.4.3': () => runTool('tokscale', 'models', '--json', '--no-spinner'),
  'sync-runner, nothing changed': run,
};
const results = new Map(Object.keys(programs).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, start] of Object.entries(programs)) results.get(name).push(start());
}

console.log(`Node ${process.version}, ${files} files, ${rounds} rounds, load ${loadavg()[0]}\n`);
console.log('| | wall s | CPU s | RSS MiB |\n|---|---|---|---|');
for (const [name, runs] of results) {
  const [wall, cpu] = ['wall', 'cpu'].map((key) => median(runs.map((one) => one[key])).toFixed(2));
  const mebibytes = Math.max(...runs.map((one) => one.mebibytes)).toFixed(0);
  console.log(`| ${name} | ${wall} | ${cpu} | ${mebibytes} |`);
}

/** Names of the other programs for an agent. */
const otherNames = { 'claude-code': 'claude', 'gemini-cli': 'gemini', 'qwen-code': 'qwen' };
const kinds = ['input', 'output', 'cacheWrite', 'cacheRead'];
const sum = (entries) =>
  kinds.map((kind) => entries.reduce((total, entry) => total + entry[kind], 0));
const { totals } = JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8'));
const ccusageEntries = readOutput('ccusage')
  .daily.flatMap(({ agents }) => agents)
  .map((entry) => ({
    agent: entry.agent,
    input: entry.inputTokens,
    output: entry.outputTokens,
    cacheWrite: entry.cacheCreationTokens,
    cacheRead: entry.cacheReadTokens,
  }));
const tokscaleEntries = readOutput('tokscale').entries.map((entry) => ({
  ...entry,
  agent: entry.source,
}));

console.log('\n| | | input | output | cache write | cache read |\n|---|---|---|---|---|---|');
let isExact = true;
for (const [agent, expected] of Object.entries(truth)) {
  const other = otherNames[agent] ?? agent;
  const { tokens } = totals[agent];
  const own = [{ ...tokens, cacheWrite: tokens.cacheWrite5m + tokens.cacheWrite1h }];
  isExact &&= kinds.every((kind) => own[0][kind] === expected[kind]);
  const rows = {
    truth: [expected],
    'sync-runner': own,
    ccusage: ccusageEntries.filter((entry) => entry.agent === other),
    tokscale: tokscaleEntries.filter((entry) => entry.agent === other),
  };
  for (const [name, entries] of Object.entries(rows)) {
    const cells = entries.length === 0 ? ['not read', '', '', ''] : sum(entries);
    console.log(`| ${name === 'truth' ? agent : ''} | ${name} | ${cells.join(' | ')} |`);
  }
}
rmSync(dir, { recursive: true });
const warm = median(results.get('sync-runner, nothing changed').map(({ wall }) => wall));
process.exitCode = isExact && warm <= 0.4 ? 0 : 1;
