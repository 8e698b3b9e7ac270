import { rm, truncate, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { totalOf, writeDroidSession } from './droid-sessions.ts';
import { agentHome, countsOf, runAgent } from './run-agent.ts';

const settingsPath = (home: string): string =>
  join(home, '.factory/sessions/-home-dev-app/session-1.settings.json');

test('the total of a session has its kinds of tokens, its provider and its project', async () => {
  await using home = await agentHome();
  const tokenUsage = {
    inputTokens: 910_888,
    outputTokens: 21_505,
    cacheCreationTokens: 4_831_239,
    cacheReadTokens: 4_380_091,
    thinkingTokens: 3089,
    factoryCredits: 12,
  };
  await writeDroidSession(home.path, { tokenUsage, model: 'gpt-5.5', vendor: 'OpenAI' });
  const run = await runAgent('droid', home.path);
  expect(countsOf(run)).toEqual({
    responses: null,
    input: 910_888,
    output: 21_505,
    cacheRead: 4_380_091,
    cacheWrite: 4_831_239,
  });
  expect(run.usage?.daily).toMatchObject([
    { model: 'gpt-5.5', project: '/home/dev/app', sessions: [{ vendor: 'openai' }] },
  ]);
});

test('inclusiveTokenUsage, which contains the sub-agents, is not counted', async () => {
  await using home = await agentHome();
  const settings = { inclusiveTokenUsage: totalOf(150) };
  await writeDroidSession(home.path, { tokenUsage: totalOf(100), settings });
  await writeDroidSession(home.path, { id: 'child', tokenUsage: totalOf(50) });
  expect(countsOf(await runAgent('droid', home.path)).output).toBe(150);
});

test('a session in two directories counts once with the larger total', async () => {
  await using home = await agentHome();
  await writeDroidSession(home.path, { tokenUsage: totalOf(44_423) });
  await writeDroidSession(home.path, { dir: '.', tokenUsage: totalOf(10_146_812) });
  const run = await runAgent('droid', home.path);
  expect(countsOf(run).output).toBe(10_146_812);
  expect(run.usage?.daily).toHaveLength(1);
});

test('a session of a version that writes no usage is unknown and not 0', async () => {
  await using home = await agentHome();
  await writeDroidSession(home.path, { tokenUsage: null });
  const run = await runAgent('droid', home.path);
  expect(run.usage?.daily).toEqual([]);
  expect(run.state).toMatchObject({ status: 'success', warnings: { 'no-usage': 1 } });
});

test('a session without any token has no entry', async () => {
  await using home = await agentHome();
  await writeDroidSession(home.path, { tokenUsage: totalOf(0) });
  const run = await runAgent('droid', home.path);
  expect(run.usage?.daily).toEqual([]);
  expect(run.state.warnings).toEqual({});
});

test.each([
  ['custom:GLM-5.1-[Proxy]-0', 'GLM-5.1'],
  ['custom:Claude-Opus-4.5-[Own key]-12', 'Claude-Opus-4.5'],
  ['custom:kimi-k2', 'kimi-k2'],
  ['claude-opus-4-5', 'claude-opus-4-5'],
  ['', 'unknown'],
])('the model %j is %s', async (model, expected) => {
  await using home = await agentHome();
  await writeDroidSession(home.path, { model });
  const run = await runAgent('droid', home.path);
  expect(run.usage?.daily).toMatchObject([{ model: expected }]);
});

test.each([
  [50, 20, 50],
  [20, 50, 70],
])('%i tokens of output and %i of thinking count as %i', async (output, thinking, expected) => {
  await using home = await agentHome();
  const tokenUsage = { outputTokens: output, thinkingTokens: thinking };
  await writeDroidSession(home.path, { tokenUsage });
  expect(countsOf(await runAgent('droid', home.path)).output).toBe(expected);
});

test('a session without messages has no project', async () => {
  await using home = await agentHome();
  await writeDroidSession(home.path, { at: null });
  const run = await runAgent('droid', home.path);
  expect(run.usage?.daily).toMatchObject([{ project: null, tokens: { output: 100 } }]);
});

test('the last activity is found at the end of long messages', async () => {
  await using home = await agentHome();
  await writeDroidSession(home.path);
  const path = settingsPath(home.path).replace('.settings.json', '.jsonl');
  const long = { type: 'message', timestamp: '2026-11-12T00:00:00Z', text: 'x'.repeat(200_000) };
  const last = { type: 'message', timestamp: '2026-11-13T00:00:00Z', text: 'é'.repeat(20_000) };
  const text = `${JSON.stringify(long)}\n${JSON.stringify(last)}\n{"type":"mess`;
  await writeFile(path, (await readFile(path, 'utf8')) + text);
  const run = await runAgent('droid', home.path);
  expect(run.usage?.daily).toMatchObject([{ date: '2026-11-13', project: '/home/dev/app' }]);
});

describe('damaged settings', () => {
  test.each(['-1', '1e999', '1.5', '9007199254740993', '"7"', 'true', '[]', '{"a":1}'])(
    'a total with %s is skipped and other sessions are counted',
    async (value) => {
      await using home = await agentHome();
      await writeDroidSession(home.path, { tokenUsage: totalOf(7_654_321) });
      await writeDroidSession(home.path, { id: 'session-2', tokenUsage: totalOf(5) });
      const path = settingsPath(home.path);
      await writeFile(path, (await readFile(path, 'utf8')).replace('7654321', value));
      const run = await runAgent('droid', home.path);
      expect(countsOf(run).output).toBe(5);
      expect(run.state.warnings).toEqual({ usage: 1 });
    },
  );

  test('truncated settings are skipped and the total before them is kept', async () => {
    await using home = await agentHome();
    await writeDroidSession(home.path);
    const before = await runAgent('droid', home.path);
    await truncate(settingsPath(home.path), 40);
    const run = await runAgent('droid', home.path, { after: before });
    expect(countsOf(run).output).toBe(100);
    expect(run.state.warnings).toEqual({ json: 1 });
  });

  test('settings with a byte order mark and CRLF count the same', async () => {
    await using home = await agentHome();
    await writeDroidSession(home.path);
    const plain = await runAgent('droid', home.path);
    const path = settingsPath(home.path);
    const text = await readFile(path, 'utf8');
    await rm(path);
    await writeFile(path, `\ufeff${text.replaceAll('\n', '\r\n')}`);
    const run = await runAgent('droid', home.path);
    expect(run.usage).toEqual(plain.usage);
  });
});
