#!/usr/bin/env node
// Writes about 5,000 logs of six agents to their default locations, and the exact totals of each.
//
//   node generate-mixed-logs.mjs --out HOME [--files 5000]
//
// Output: HOME/.claude, .codex, .gemini, .qwen, .pi, .local/share/amp and ground-truth.json. Claude Code and Codex have
// the logs of their own generators; the sessions of the others are simple and of the newest format.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

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

const responsesPerSession = 10;
const startMs = Date.parse('2026-10-01T08:00:00Z');

/** Writes the sessions of an agent: `toText` returns the content of the log of a session. */
function writeSessions(agent, { model, hasCacheWrites, pathOf, toText }) {
  const total = { input: 0, output: 0, cacheWrite: 0, cacheRead: 0 };
  const sessions = Math.round(files * 0.1);
  for (let index = 0; index < sessions; index += 1) {
    const id = `0199a213-81c0-7800-9bb2-${String(index).padStart(12, '0')}`;
    const project = `/home/dev/project-${index % 30}`;
    const firstMs = startMs + Math.floor((index * 50 * 86_400_000) / sessions);
    const responses = Array.from({ length: responsesPerSession }, (_, turn) => ({
      id: `${agent}-${index}-${turn}`,
      timeMs: firstMs + turn * 30_000,
      model,
      input: 100 + ((index * 31 + turn * 7) % 5000),
      output: 10 + ((index * 17 + turn * 13) % 2000),
      cacheWrite: hasCacheWrites ? (index * 13 + turn) % 3000 : 0,
      cacheRead: (index * 101 + turn * 1000) % 90_000,
    }));
    for (const response of responses) {
      for (const kind of Object.keys(total)) total[kind] += response[kind];
    }
    const path = join(out, pathOf({ id, project, index }));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, toText({ id, project, firstMs, responses }));
  }
  truth[agent] = total;
}

const lines = (objects) => objects.map((object) => `${JSON.stringify(object)}\n`).join('');
const iso = (timeMs) => new Date(timeMs).toISOString();
const filler = 'x'.repeat(2000);

writeSessions('gemini-cli', {
  model: 'gemini-2.5-pro',
  hasCacheWrites: false,
  pathOf: ({ id, index }) => `.gemini/tmp/project-${index % 30}/chats/session-${id}.jsonl`,
  toText: ({ id, responses }) =>
    lines([
      { sessionId: id, projectHash: '0'.repeat(64), kind: 'main' },
      ...responses.flatMap((response) => {
        const input = response.input + response.cacheRead;
        const { output, cacheRead: cached } = response;
        const tokens = { input, output, cached, thoughts: 0, tool: 0, total: input + output };
        const timestamp = iso(response.timeMs);
        const message = { id: response.id, timestamp, type: 'gemini', content: filler };
        return [
          { ...message, model: response.model, tokens: null },
          { ...message, model: response.model, tokens },
        ];
      }),
    ]),
});
writeSessions('qwen-code', {
  model: 'qwen3-coder-plus',
  hasCacheWrites: false,
  pathOf: ({ id, project }) =>
    `.qwen/projects/${project.replace(/[^A-Za-z0-9]/g, '-')}/chats/${id}.jsonl`,
  toText: ({ id, project, responses }) =>
    lines(
      responses.map(({ id: uuid, timeMs, model, input, output, cacheRead }) => ({
        uuid,
        parentUuid: null,
        sessionId: id,
        timestamp: iso(timeMs),
        type: 'assistant',
        cwd: project,
        version: '0.9.0',
        model,
        message: { role: 'model', parts: [{ text: filler }] },
        usageMetadata: {
          promptTokenCount: input + cacheRead,
          candidatesTokenCount: output,
          cachedContentTokenCount: cacheRead,
          totalTokenCount: input + cacheRead + output,
        },
      })),
    ),
});
writeSessions('pi', {
  model: 'claude-opus-5',
  hasCacheWrites: true,
  pathOf: ({ id, project }) =>
    `.pi/agent/sessions/--${project.slice(1).replaceAll('/', '-')}--/${id}.jsonl`,
  toText: ({ id, project, firstMs, responses }) =>
    lines([
      { type: 'session', version: 3, id, timestamp: iso(firstMs), cwd: project },
      ...responses.map(({ id: messageId, timeMs, model, ...counts }) => ({
        type: 'message',
        id: messageId,
        parentId: null,
        timestamp: iso(timeMs),
        message: {
          role: 'assistant',
          content: [{ type: 'text', text: filler }],
          provider: 'anthropic',
          model,
          responseId: messageId,
          usage: {
            ...counts,
            totalTokens: counts.input + counts.output + counts.cacheWrite + counts.cacheRead,
          },
          timestamp: timeMs,
        },
      })),
    ]),
});
writeSessions('amp', {
  model: 'claude-opus-5',
  hasCacheWrites: true,
  pathOf: ({ id }) => `.local/share/amp/threads/T-${id}.json`,
  toText: ({ id, project, firstMs, responses }) =>
    JSON.stringify({
      v: 1,
      id: `T-${id}`,
      created: firstMs,
      env: { initial: { trees: [{ displayName: 'app', uri: `file://${project}` }] } },
      messages: responses.map(({ timeMs, model, input, output, cacheWrite, cacheRead }, index) => ({
        role: 'assistant',
        messageId: index,
        content: [{ type: 'text', text: filler }],
        usage: {
          model,
          timestamp: iso(timeMs),
          inputTokens: input,
          outputTokens: output,
          cacheCreationInputTokens: cacheWrite,
          cacheReadInputTokens: cacheRead,
          totalInputTokens: input + cacheWrite + cacheRead,
        },
      })),
    }),
});

writeFileSync(join(out, 'ground-truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
console.log(JSON.stringify(truth));
