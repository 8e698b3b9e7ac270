#!/usr/bin/env node
// Writes about 5,000 logs of six agents to their default locations, and the exact totals of each.
//
//   node generate-mixed-logs.mjs --out HOME [--files 5000]
//
// Output: HOME/.claude, .codex, .gemini, .qwen, .pi, .local/share/amp and ground-truth.json. Claude Code and Codex have
// the logs of their own generators; the sessions of the others are the samples of the tests, without traps.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' }, files: { type: 'string' } } });
const { out } = values;
if (out === undefined) throw new Error('missing --out HOME');
const files = Number(values.files ?? 5000);

/** Runs a generator that writes `filesPerSession` logs per session. */
function generate(name, dir, { share, filesPerSession, options = [] }) {
  const sessions = Math.round((files * share) / filesPerSession);
  const size = ['--sessions', String(sessions), '--mb', String(Math.ceil(sessions / 10))];
  const script = resolve(import.meta.dirname, name);
  execFileSync(process.execPath, [script, '--out', dir, ...size, ...options]);
  return JSON.parse(readFileSync(join(dir, 'ground-truth.json'), 'utf8'));
}

const claude = generate('generate-claude-logs.mjs', join(out, '.claude'), {
  share: 0.4,
  filesPerSession: 1.65,
  options: ['--projects', '30'],
}).total;
const codex = generate('generate-codex-logs.mjs', join(out, '.codex'), {
  share: 0.2,
  filesPerSession: 1.15,
});
const truth = {
  'claude-code': {
    input: claude.in,
    output: claude.out,
    cacheWrite: claude.cw5m + claude.cw1h,
    cacheRead: claude.cr,
  },
  codex: {
    input: codex.input,
    output: codex.output,
    cacheWrite: codex.cacheWrite,
    cacheRead: codex.cacheRead,
  },
};

const bundled = join(mkdtempSync(join(tmpdir(), 'sync-runner-bench-')), 'generate-logs.mjs');
await bundle(`export * from './test/helpers/agents/generate-logs.ts';`, bundled, 'esm');
const { generateResponses, samples, totalsOf } = await import(pathToFileURL(bundled).href);
rmSync(dirname(bundled), { recursive: true });
for (const agent of ['gemini-cli', 'qwen-code', 'pi', 'amp']) {
  const sessions = Math.round(files * 0.1);
  const options = { sessions, responsesPerSession: 10, seed: 1 };
  const responses = generateResponses(samples[agent], options);
  await samples[agent].write(out, responses);
  truth[agent] = totalsOf(responses);
}

writeFileSync(join(out, 'ground-truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
console.log(JSON.stringify(truth));
