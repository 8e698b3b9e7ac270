import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent, type AgentHome } from './run-agent.ts';

const timestamp = '2026-11-20T10:00:00.000Z';
const created = Date.parse('2026-11-19T10:00:00.000Z');

const message = (messageId: number, outputTokens: number, changes: object = {}): object => ({
  role: 'assistant',
  messageId,
  usage: {
    ...{ model: 'claude-opus-5', timestamp, inputTokens: 100, outputTokens },
    ...{ cacheCreationInputTokens: 4, cacheReadInputTokens: 30, totalInputTokens: 134 },
    ...changes,
  },
});
const event = (id: string, output: number, toMessageId?: number): object => ({
  ...{ id, timestamp, model: 'claude-opus-5', credits: 1, toMessageId },
  tokens: { input: 100, output, total: 100 + output },
});

const write = (home: AgentHome, thread: object, name = 'T-a.json'): Promise<void> =>
  writeLogFile(
    join(home.path, '.local/share/amp/threads', name),
    JSON.stringify({ v: 1, id: 'T-a', created, ...thread }),
  );

describe('Amp', () => {
  test('the usage of messages is counted in a thread without a ledger', async () => {
    await using home = await agentHome();
    await write(home, { messages: [{ role: 'user', messageId: 0 }, message(1, 5)] });
    expect(countsOf(await runAgent('amp', home.path))).toEqual({
      ...{ responses: 1, input: 100, output: 5 },
      ...{ cacheRead: 30, cacheWrite: 4 },
    });
  });

  test('only the ledger is counted in a thread that has one, with the cache counts of its messages', async () => {
    await using home = await agentHome();
    await write(home, {
      messages: [message(1, 50), message(3, 70)],
      usageLedger: { events: [event('e1', 5, 1), event('e2', 7, 1), event('e3', 11)] },
    });
    expect(countsOf(await runAgent('amp', home.path))).toEqual({
      ...{ responses: 3, input: 300, output: 23 },
      ...{ cacheRead: 30, cacheWrite: 4 },
    });
  });

  test('a copy of a thread from before its ledger in another directory changes nothing', async () => {
    await using home = await agentHome();
    const messages = [message(1, 5)];
    await write(home, { messages, usageLedger: { events: [event('e1', 5, 1)] } });
    const copy = { v: 1, id: 'T-a', created, messages };
    await writeLogFile(join(home.path, 'copy/threads/T-a.json'), JSON.stringify(copy));
    const directories = [join(home.path, '.local/share/amp'), join(home.path, 'copy')];
    const run = await runAgent('amp', home.path, { options: { agents: { amp: { directories } } } });
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 5 });
  });

  test('the messages of a thread no longer count when it gets a ledger', async () => {
    await using home = await agentHome();
    const messages = [message(1, 5)];
    await write(home, { messages });
    const first = await runAgent('amp', home.path);
    await write(home, { messages, usageLedger: { events: [event('e1', 5, 1)] } });
    const second = await runAgent('amp', home.path, { after: first });
    expect(countsOf(second)).toMatchObject({ responses: 1, output: 5 });
    expect(second.usage).toEqual((await runAgent('amp', home.path)).usage);
  });

  test('an empty ledger is not a ledger', async () => {
    await using home = await agentHome();
    await write(home, { messages: [message(1, 5)], usageLedger: { events: [] } });
    expect(countsOf(await runAgent('amp', home.path))).toMatchObject({ responses: 1, output: 5 });
  });

  test('a message without a model has an unknown one, and one without a time is as old as the message before it or the thread', async () => {
    await using home = await agentHome();
    const old = { model: undefined, timestamp: undefined };
    await write(home, {
      messages: [
        message(1, 5, old),
        { role: 'user', messageId: 2, meta: { sentAt: Date.parse(timestamp) } },
        message(3, 7, old),
      ],
    });
    const { usage } = await runAgent('amp', home.path);
    expect(usage?.daily).toMatchObject([
      { date: '2026-11-19', model: 'unknown', costUsd: null, tokens: { output: 5 } },
      { date: '2026-11-20', model: 'unknown', costUsd: null, tokens: { output: 7 } },
    ]);
  });

  test('a message without any time is skipped', async () => {
    await using home = await agentHome();
    const messages = [message(1, 5, { timestamp: undefined }), message(3, 7)];
    await write(home, { created: undefined, messages });
    const run = await runAgent('amp', home.path);
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 7 });
    expect(run.state.warnings).toEqual({ timestamp: 1 });
  });

  test('the project is the first directory of the workspace, unknown if it is not on this machine', async () => {
    await using home = await agentHome();
    const env = (uri: string): object => ({ initial: { trees: [{ uri }] } });
    const messages = [message(1, 5)];
    await write(home, { env: env('file:///home/dev/caf%C3%A9'), messages });
    await write(home, { id: 'T-b', env: env('vscode-vfs://github/x'), messages }, 'T-b.json');
    const { usage } = await runAgent('amp', home.path);
    expect(usage?.daily.map(({ project }) => project).sort()).toEqual(['/home/dev/café', null]);
  });

  test('files that are not threads are not read', async () => {
    await using home = await agentHome();
    await write(home, { messages: [message(1, 5)] }, 'session.json');
    await write(home, { messages: [message(1, 7)] });
    expect(countsOf(await runAgent('amp', home.path))).toMatchObject({ responses: 1, output: 7 });
  });
});
