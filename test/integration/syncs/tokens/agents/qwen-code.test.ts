import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeJsonLines } from '../../../../helpers/agents/agent-sample.ts';
import { agentHome, countsOf, runAgent, type AgentHome } from './run-agent.ts';

const name = 'qwen-code';
const timestamp = '2026-11-20T10:00:00.000Z';
const model = 'qwen3-coder-plus';

const answer = (uuid: string, output: number, changes: object = {}): object => ({
  ...{ uuid, parentUuid: null, sessionId: 'a', timestamp, type: 'assistant', cwd: '/home/dev/app' },
  ...{ version: '0.9.0', model },
  usageMetadata: { promptTokenCount: 100, candidatesTokenCount: output },
  ...changes,
});
const ledgerLine = (id: string, outputTokens: number, changes: object = {}): object => ({
  ...{ schemaVersion: 1, id, timestamp, localDate: '2026-11-20', sessionId: 'a', model },
  ...{ authType: 'openai', source: 'main', inputTokens: 100, outputTokens, cachedTokens: 0 },
  ...{ thoughtsTokens: 0, totalTokens: 100 + outputTokens, apiDurationMs: 1 },
  ...changes,
});

const writeChat = (home: AgentHome, session: string, lines: readonly object[]): Promise<void> =>
  writeJsonLines(join(home.path, `.qwen/projects/-app/chats/${session}.jsonl`), lines);
const writeLedger = (home: AgentHome, lines: readonly object[]): Promise<void> =>
  writeJsonLines(join(home.path, '.qwen/usage/token-usage-2026-11.jsonl'), lines);

describe('Qwen Code', () => {
  test('cached tokens are a part of the prompt, and the total settles the output with its reasoning', async () => {
    await using home = await agentHome();
    const usage = (counts: object): object => ({ usageMetadata: counts });
    const counts = { promptTokenCount: 1000, cachedContentTokenCount: 900 };
    await writeChat(home, 'a', [
      // Reasoning beside the candidates, as Gemini counts, and inside, as OpenAI does.
      answer(
        'beside',
        0,
        usage({
          ...counts,
          candidatesTokenCount: 50,
          thoughtsTokenCount: 30,
          totalTokenCount: 1080,
        }),
      ),
      answer(
        'inside',
        0,
        usage({
          ...counts,
          candidatesTokenCount: 50,
          thoughtsTokenCount: 30,
          totalTokenCount: 1050,
        }),
      ),
      answer('no-total', 0, usage({ ...counts, candidatesTokenCount: 7, thoughtsTokenCount: 3 })),
    ]);
    expect(countsOf(await runAgent(name, home.path))).toEqual({
      ...{ responses: 3, input: 300, output: 137 },
      ...{ cacheRead: 2700, cacheWrite: 0 },
    });
  });

  test('a total that is smaller than the prompt spoils the record', async () => {
    await using home = await agentHome();
    const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 5, totalTokenCount: 90 };
    await writeChat(home, 'a', [answer('a', 0, { usageMetadata }), answer('b', 7)]);
    const run = await runAgent(name, home.path);
    expect(countsOf(run)).toMatchObject({ responses: 1, output: 7 });
    expect(run.state.warnings).toEqual({ usage: 1 });
  });

  test('records that /branch copied to another session count once', async () => {
    await using home = await agentHome();
    const forkedFrom = { sessionId: 'a', messageUuid: '1' };
    await writeChat(home, 'a', [answer('1', 5)]);
    await writeChat(home, 'fork', [
      answer('1', 5, { sessionId: 'fork', forkedFrom }),
      answer('2', 7, { sessionId: 'fork' }),
    ]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 2, output: 12 });
  });

  test('telemetry records about the same responses are not counted', async () => {
    await using home = await agentHome();
    const telemetry = { type: 'system', subtype: 'ui_telemetry' };
    await writeChat(home, 'a', [
      answer('1', 5),
      answer('2', 5, telemetry),
      answer('3', 5, { type: 'user' }),
    ]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 1, output: 5 });
  });

  test.each([
    { larger: 'ledger', ledger: [5, 7, 2], chat: [5, 7], output: 14, responses: 3 },
    { larger: 'chat', ledger: [7], chat: [5, 7], output: 12, responses: 2 },
    { larger: 'equal', ledger: [5, 7], chat: [5, 7], output: 12, responses: 2 },
  ])(
    'a session in the ledger and in a chat counts once, as in the larger of the two: $larger',
    async ({ ledger, chat, output, responses }) => {
      await using home = await agentHome();
      await writeChat(
        home,
        'a',
        chat.map((count, index) => answer(String(index), count)),
      );
      const first = await runAgent(name, home.path);
      await writeLedger(
        home,
        ledger.map((count, index) => ledgerLine(String(index), count)),
      );
      const second = await runAgent(name, home.path, { after: first });
      expect(countsOf(second)).toMatchObject({ responses, output });
      expect(second.usage).toEqual((await runAgent(name, home.path)).usage);
      expect(second.usage?.daily.map(({ project }) => project)).toEqual(['/home/dev/app']);
    },
  );

  test('sessions are decided one by one, and copies of a session in the ledger are not counted', async () => {
    await using home = await agentHome();
    const forkedFrom = { sessionId: 'a', messageUuid: '1' };
    await writeChat(home, 'a', [answer('1', 5)]);
    await writeChat(home, 'fork', [
      answer('1', 5, { sessionId: 'fork', forkedFrom }),
      answer('2', 7, { sessionId: 'fork' }),
    ]);
    await writeChat(home, 'old', [answer('3', 11, { sessionId: 'old' })]);
    await writeLedger(home, [ledgerLine('x', 5), ledgerLine('y', 7, { sessionId: 'fork' })]);
    expect(countsOf(await runAgent(name, home.path))).toMatchObject({ responses: 3, output: 23 });
  });

  test('a session in the ledger without a chat has an unknown project', async () => {
    await using home = await agentHome();
    await writeChat(home, 'a', [answer('1', 5)]);
    await writeLedger(home, [ledgerLine('x', 5), ledgerLine('y', 7, { sessionId: 'gone' })]);
    const { usage } = await runAgent(name, home.path);
    const outputs = usage?.daily.map(({ project, tokens }) => [String(project), tokens?.output]);
    expect(Object.fromEntries(outputs ?? [])).toEqual({ '/home/dev/app': 5, null: 7 });
  });
});
