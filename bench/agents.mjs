// Reads generated logs of every agent with their traps, and compares the totals with the truth at first, after growth,
// rotation and deletion. Requires python3. Databases are read by Node.js 22.15 and later only:
//
//   npx --yes --package node@22.15.0 -- node bench/agents.mjs [sessions] [responses per session] [seed]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { measure } from './measure.mjs';

const [sessions = 200, responsesPerSession = 20, seed = 1] = process.argv.slice(2, 5).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'sync-runner-bench-'));
const home = join(dir, 'home');
const workspace = join(dir, 'workspace');
const data = join(workspace, 'data');
const generator = join(dir, 'generate-logs.mjs');
await bundle(`export * from './test/helpers/agents/generate-logs.ts';`, generator, 'esm');
const { generateLogs, generateResponses, rotateLogs, samples, totalsOf } = await import(
  pathToFileURL(generator).href
);
mkdirSync(join(data, 'config'), { recursive: true });
writeFileSync(join(data, 'config/sync.json'), '{ "syncs": ["tokens"] }');
const env = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: home,
  SYNC_RUNNER_WORKSPACE: workspace,
  TZ: 'UTC',
};
const cli = resolve(import.meta.dirname, '../bin/sync-runner.cjs');
const run = () => measure([process.execPath, cli, 'run', '--quiet'], { env });

const hasSqlite = process.getBuiltinModule('node:sqlite') !== undefined;
const agents = Object.values(samples)
  .filter(({ content }) => hasSqlite || content !== 'database')
  .map((sample) => ({
    ...sample,
    responses: generateResponses(sample, { sessions, responsesPerSession, seed }),
  }));
const half = ({ responses }) => responses.slice(0, responses.length / 2);
const all = ({ responses }) => responses;
const kinds = ['input', 'output', 'cacheWrite', 'cacheRead'];

/** Returns the names of the agents whose totals differ from the truth. */
function wrongAgents(responsesOf) {
  const { totals } = JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8'));
  return agents
    .filter((agent) => {
      const truth = totalsOf(responsesOf(agent));
      const { tokens, costUsd } = totals[agent.name];
      if (tokens === null) return costUsd !== (responsesOf(agent).length / 100).toFixed(6);
      const own = { ...tokens, cacheWrite: tokens.cacheWrite5m + tokens.cacheWrite1h };
      return kinds.some((kind) => own[kind] !== truth[kind]);
    })
    .map(({ name }) => name);
}

console.log(
  `Node ${process.version}, ${agents.length} agents, ${sessions} sessions of ${responsesPerSession} ` +
    `responses each, load ${loadavg()[0]}\n`,
);
console.log('| | CPU s | RSS MiB | agents with other totals than the truth |\n|---|---|---|---|');
let isExact = true;
async function step(title, responsesOf, change) {
  for (const agent of agents) await change(agent, responsesOf(agent));
  const { cpu, mebibytes } = run();
  const wrong = wrongAgents(responsesOf);
  isExact &&= wrong.length === 0;
  console.log(
    `| ${title} | ${cpu.toFixed(2)} | ${mebibytes.toFixed(0)} | ${wrong.join(', ') || 'none'} |`,
  );
}
await step('first run', half, ({ name }, responses) => generateLogs(name, home, responses));
await step('nothing changed', half, () => undefined);
await step('all sessions grown', all, ({ name }, responses) => generateLogs(name, home, responses));
await step('logs archived, renamed or compacted', all, ({ name }, responses) =>
  rotateLogs(name, home, responses),
);
await step('all logs deleted', all, ({ directory }) =>
  rmSync(join(home, directory), { recursive: true, force: true }),
);
rmSync(dir, { recursive: true });
process.exitCode = isExact ? 0 : 1;
