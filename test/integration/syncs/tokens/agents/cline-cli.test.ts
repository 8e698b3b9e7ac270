import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent } from './run-agent.ts';

const timeMs = Date.parse('2026-11-20T10:00:00Z');

interface SessionOptions {
  readonly id?: string;
  readonly metadata?: object;
}

/** Writes a session with messages; `metadata` is that of its manifest. */
async function writeSession(
  home: string,
  messages: readonly object[],
  { id = 'session-1', metadata = {} }: SessionOptions = {},
): Promise<void> {
  const path = join(home, '.cline/data/sessions', id, id);
  const manifest = {
    session_id: id,
    started_at: '2026-11-19T10:00:00.000Z',
    ended_at: '2026-11-20T11:00:00.000Z',
    provider: 'anthropic',
    model: 'claude-opus-5',
    cwd: '/home/dev/app/src',
    workspace_root: '/home/dev/app',
    metadata,
  };
  await writeLogFile(`${path}.json`, JSON.stringify(manifest));
  await writeLogFile(`${path}.messages.json`, JSON.stringify({ version: 1, messages }));
}

const answer = (id: string, metrics: object, more: object = {}): object => ({
  ...{ id, role: 'assistant', content: [], ts: timeMs, metrics },
  ...more,
});

const full = { inputTokens: 1430, outputTokens: 200, cacheReadTokens: 400, cacheWriteTokens: 30 };

test('the input of a message contains cached tokens', async () => {
  await using home = await agentHome();
  await writeSession(home.path, [answer('a', full)]);
  const run = await runAgent('cline-cli', home.path);
  const expected = { responses: 1, input: 1000, output: 200, cacheRead: 400, cacheWrite: 30 };
  expect(countsOf(run)).toEqual(expected);
  expect(run.usage?.daily).toMatchObject([
    { date: '2026-11-20', model: 'claude-opus-5', project: '/home/dev/app' },
  ]);
});

test('the input does not contain cached tokens if they are more', async () => {
  await using home = await agentHome();
  await writeSession(home.path, [answer('a', { ...full, inputTokens: 12 })]);
  expect(countsOf(await runAgent('cline-cli', home.path)).input).toBe(12);
});

test('the model of a message takes precedence over that of its session', async () => {
  await using home = await agentHome();
  const modelInfo = { id: 'gpt-5.5', provider: 'openai' };
  await writeSession(home.path, [answer('a', full, { modelInfo })]);
  expect((await runAgent('cline-cli', home.path)).usage?.daily).toMatchObject([
    { model: 'gpt-5.5' },
  ]);
});

test('a session without metrics counts with usage and not with aggregateUsage', async () => {
  await using home = await agentHome();
  const usage = { ...full, totalCost: 0.5 };
  const aggregateUsage = { ...full, outputTokens: 9000, totalCost: 5 };
  await writeSession(home.path, [{ role: 'user', content: 'do it' }], {
    metadata: { usage, aggregateUsage },
  });
  const run = await runAgent('cline-cli', home.path);
  expect(countsOf(run)).toMatchObject({ responses: 1, input: 1000, output: 200 });
});

test('the messages of a session count instead of its total', async () => {
  await using home = await agentHome();
  await writeSession(home.path, [answer('a', full)], { metadata: { usage: full } });
  expect(countsOf(await runAgent('cline-cli', home.path)).output).toBe(200);
});

test('a session that was counted by its total counts by its messages when they have metrics', async () => {
  await using home = await agentHome();
  const metadata = { usage: full };
  await writeSession(home.path, [{ id: 'a', role: 'assistant', ts: timeMs }], { metadata });
  const first = await runAgent('cline-cli', home.path);
  expect(countsOf(first).output).toBe(200);
  const messages = [answer('a', full), answer('b', { outputTokens: 50 })];
  await writeSession(home.path, messages, { metadata });
  const second = await runAgent('cline-cli', home.path, { after: first });
  expect(countsOf(second).output).toBe(250);
  expect(second.usage).toEqual((await runAgent('cline-cli', home.path)).usage);
});

test('a copy of a session from before its metrics in another directory changes nothing', async () => {
  await using home = await agentHome();
  const metadata = { usage: full };
  await writeSession(join(home.path, 'older'), [{ id: 'a', role: 'assistant' }], { metadata });
  await writeSession(home.path, [answer('a', full), answer('b', full)], { metadata });
  const directories = ['.cline/data', 'older/.cline/data'].map((dir) => join(home.path, dir));
  const options = { agents: { 'cline-cli': { directories } } };
  expect(countsOf(await runAgent('cline-cli', home.path, { options })).output).toBe(400);
});

test('messages that a fork copied count once', async () => {
  await using home = await agentHome();
  await writeSession(home.path, [answer('a', full)]);
  await writeSession(home.path, [answer('a', full), answer('b', full)], { id: 'session-2' });
  expect(countsOf(await runAgent('cline-cli', home.path)).responses).toBe(2);
});

test('the total of a resumed task of Cline 3 does not count', async () => {
  await using home = await agentHome();
  const modelInfo = { id: 'claude-opus-5', provider: 'unknown' };
  await writeSession(home.path, [
    answer('a', { ...full, outputTokens: 9000 }, { modelInfo }),
    answer('b', full),
  ]);
  expect(countsOf(await runAgent('cline-cli', home.path)).output).toBe(200);
});

test('other files of a session are not read', async () => {
  await using home = await agentHome();
  await writeSession(home.path, [answer('a', full)]);
  const dir = join(home.path, '.cline/data/sessions/session-1');
  const text = JSON.stringify({ messages: [answer('c', full)] });
  await writeLogFile(join(dir, 'session-1.compaction.messages.json'), text);
  await writeLogFile(join(dir, 'backup.messages.json'), text);
  expect(countsOf(await runAgent('cline-cli', home.path)).responses).toBe(1);
});
