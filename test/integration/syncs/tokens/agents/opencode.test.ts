import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import {
  messageData,
  openCodeRows,
  openCodeSchema,
  type OpenCodeMessage,
  type OpenCodeTokens,
} from '../../../../helpers/agents/opencode.ts';
import { execSql, insertRow } from '../../../../helpers/sqlite-writer.ts';
import { agentHome, countsOf, runAgent, type AgentHome, type Counts } from './run-agent.ts';

const timeMs = Date.parse('2026-11-20T10:00:00Z');
const dir = '.local/share/opencode';
const project = '/home/dev/app';

const tokensOf = (
  input: number,
  output: number,
  reasoning = 0,
  total?: number,
): OpenCodeTokens => ({
  ...{ input, output, reasoning, cache: { read: 100, write: 10 } },
  ...(total === undefined ? {} : { total }),
});
const message = (changes: Partial<OpenCodeMessage> = {}): OpenCodeMessage => ({
  ...{ id: 'msg_1', session: 'ses_1', directory: project, timeMs },
  ...{ model: 'claude-opus-4-5', tokens: tokensOf(5, 7) },
  ...changes,
});

async function writeDatabase(home: AgentHome, sql: string, name = 'opencode.db'): Promise<void> {
  await mkdir(join(home.path, dir), { recursive: true });
  execSql(join(home.path, dir, name), openCodeSchema + sql);
}
const counts = (responses: number, input: number, output: number): Counts => ({
  ...{ responses, input, output },
  ...{ cacheRead: 100 * responses, cacheWrite: 10 * responses },
});

describe.skipIf(loadSqlite() === null)('OpenCode (skipped without node:sqlite)', () => {
  test('a message with several steps counts all of them, not only the last', async () => {
    await using home = await agentHome();
    const steps = [tokensOf(5, 7), tokensOf(50, 70), tokensOf(50, 70), tokensOf(1, 2)];
    await writeDatabase(home, openCodeRows(message({ steps, tokens: tokensOf(1, 2), cost: 0.5 })));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(4, 106, 149));
  });

  test('a message without a directory has no project', async () => {
    await using home = await agentHome();
    const other = message({ id: 'msg_2', session: 'ses_2', directory: '', timeMs: timeMs + 1 });
    await writeDatabase(home, openCodeRows(message()) + openCodeRows(other));
    const { usage } = await runAgent('opencode', home.path);
    expect(usage?.daily).toMatchObject([{ project: null }, { project: '/home/dev/app' }]);
    expect(usage?.projects).toMatchObject([{ projectPath: '/home/dev/app', responses: 1 }]);
  });

  test('a message without steps counts itself', async () => {
    await using home = await agentHome();
    await writeDatabase(home, openCodeRows(message({ steps: [] })));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(1, 5, 7));
  });

  test('the first step of a message is counted once when it is followed by others', async () => {
    await using home = await agentHome();
    await writeDatabase(home, openCodeRows(message()));
    const first = await runAgent('opencode', home.path);
    const steps = [tokensOf(5, 7), tokensOf(6, 8)];
    await writeDatabase(home, openCodeRows(message({ steps, tokens: tokensOf(6, 8) })));
    const second = await runAgent('opencode', home.path, { after: first });
    expect(countsOf(second)).toEqual(counts(2, 11, 15));
  });

  test.each([
    ['beside output, with a total', tokensOf(5, 4, 3, 5 + 110 + 7), 7],
    ['inside output too, with a total', tokensOf(5, 7, 3, 5 + 110 + 7), 7],
    ['more than output, without a total', tokensOf(5, 4, 6), 10],
    ['less than output, without a total', tokensOf(5, 7, 3), 7],
    ['with a total that lacks the cache', tokensOf(5, 7, 3, 12), 7],
  ])('reasoning that is %s is counted once', async (_, tokens, output) => {
    await using home = await agentHome();
    await writeDatabase(home, openCodeRows(message({ tokens })));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(1, 5, output));
  });

  test('five forks of a session with new ids count once', async () => {
    await using home = await agentHome();
    const forks = [1, 2, 3, 4, 5].map((fork) =>
      openCodeRows(message({ id: `msg_f${String(fork)}`, session: `ses_f${String(fork)}` })),
    );
    await writeDatabase(home, openCodeRows(message()) + forks.join(''));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(1, 5, 7));
  });

  test('messages of child sessions are counted and totals of sessions are not', async () => {
    await using home = await agentHome();
    const child = message({ id: 'msg_2', session: 'ses_2', parent: 'ses_1', timeMs: timeMs + 1 });
    await writeDatabase(home, openCodeRows(message()) + openCodeRows(child));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(2, 10, 14));
  });

  const version2 = (id: string, session: string, tokens: OpenCodeTokens, at = timeMs): string =>
    insertRow('session_message', {
      ...{ id, session_id: session, type: 'assistant', seq: 3, time_created: at, time_updated: at },
      data: JSON.stringify({
        time: { created: at },
        model: { id: 'claude-opus-4-5', providerID: 'anthropic' },
        ...{ agent: 'build', content: [], cost: 0.1, tokens },
      }),
    });

  test('messages of version 2 are counted with reasoning beside output, and forks of them once', async () => {
    await using home = await agentHome();
    const session = insertRow('session', {
      ...{ id: 'ses_v2', directory: '/home/dev/two', time_created: timeMs, time_updated: timeMs },
    });
    const own = version2('msg_a', 'ses_v2', tokensOf(5, 7, 2));
    const fork = version2('evt_9_3', 'ses_fork', tokensOf(5, 7, 2));
    await writeDatabase(home, session + own + fork);
    const run = await runAgent('opencode', home.path);
    expect(countsOf(run)).toEqual(counts(1, 5, 9));
    expect(run.usage?.daily).toMatchObject([{ project: '/home/dev/two' }]);
  });

  test('messages that version 2 has taken over from version 1 count once', async () => {
    await using home = await agentHome();
    const steps = [tokensOf(50, 70), tokensOf(5, 7)];
    const rows = openCodeRows(message({ steps })) + version2('msg_b', 'ses_1', tokensOf(5, 7));
    await writeDatabase(home, rows);
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(2, 55, 77));
  });

  const storage = (home: AgentHome, path: string): string => join(home.path, dir, 'storage', path);
  async function writeLegacy(home: AgentHome, one: OpenCodeMessage): Promise<void> {
    const { id, session, steps = [] } = one;
    const json = JSON.stringify({ id, sessionID: session, ...messageData(one) });
    await writeLogFile(storage(home, `message/${session}/${id}.json`), json);
    for (const [index, tokens] of steps.entries()) {
      const path = storage(home, `part/${id}/prt_${String(index)}.json`);
      await writeLogFile(path, JSON.stringify({ type: 'step-finish', cost: 0, tokens }));
    }
  }

  test('legacy messages beside the database count once', async () => {
    await using home = await agentHome();
    const steps = [tokensOf(50, 70), tokensOf(5, 7)];
    await writeLegacy(home, message({ steps }));
    await writeLegacy(home, message({ id: 'msg_old', timeMs: timeMs - 1000, steps }));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(4, 110, 154));
    await writeDatabase(home, openCodeRows(message({ steps })));
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(4, 110, 154));
  });

  test('the databases of all channels are read, and no other file', async () => {
    await using home = await agentHome();
    await writeDatabase(home, openCodeRows(message()));
    await writeDatabase(home, openCodeRows(message({ timeMs: timeMs + 1 })), 'opencode-beta.db');
    await writeDatabase(home, openCodeRows(message({ timeMs: timeMs + 2 })), 'other.db');
    await mkdir(join(home.path, dir, 'snapshot'));
    await writeDatabase(
      home,
      openCodeRows(message({ timeMs: timeMs + 3 })),
      'snapshot/opencode.db',
    );
    expect(countsOf(await runAgent('opencode', home.path))).toEqual(counts(2, 10, 14));
  });

  test('the cost of a step is reported when the model has no price, and 0 is unknown', async () => {
    await using home = await agentHome();
    const rows = [0, 0.25].map((cost, index) =>
      openCodeRows(
        message({
          id: `msg_${String(cost)}`,
          cost,
          model: `house-${String(index)}`,
          provider: 'House',
        }),
      ),
    );
    await writeDatabase(home, rows.join(''));
    expect((await runAgent('opencode', home.path)).usage?.daily).toMatchObject([
      { model: 'house-0', costUsd: null, costBasis: 'unknown' },
      { model: 'house-1', costUsd: '0.250000', costBasis: 'reported' },
    ]);
  });

  test.each([
    ['{"role":"assistant"', { json: 1 }],
    ['{"role":"assistant","tokens":{"input":-1}}', { usage: 1 }],
    ['{"role":"assistant","tokens":{"input":1e999}}', { usage: 1 }],
    ['{"role":"assistant","tokens":{"input":1,"cache":7}}', { usage: 1 }],
    ['{"role":"assistant","tokens":{"input":1},"time":{"created":1}}', { model: 1 }],
    [
      '{"role":"assistant","modelID":"m","tokens":{"input":1},"time":{"created":1}}',
      { timestamp: 1 },
    ],
    ['{"role":"user","model":{"modelID":"\\"assistant\\""}}', {}],
    ['{"role":"assistant","tokens":{"input":0,"output":0}}', {}],
    ['["assistant"]', { json: 1 }],
  ])('the message %s is not counted', async (data, warnings) => {
    await using home = await agentHome();
    const bad = { id: 'msg_bad', session_id: 'ses_1', time_created: timeMs, time_updated: timeMs };
    await writeDatabase(home, openCodeRows(message()) + insertRow('message', { ...bad, data }));
    const run = await runAgent('opencode', home.path);
    expect(countsOf(run)).toEqual(counts(1, 5, 7));
    expect(run.state.warnings).toEqual(warnings);
  });
});
