import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { writeJsonLines, writeLogFile } from '../../../../helpers/agents/agent-sample.ts';
import { copilotSchema } from '../../../../helpers/agents/copilot-cli.ts';
import { execSql, insertRow } from '../../../../helpers/sqlite-writer.ts';
import { agentHome, countsOf, runAgent, type AgentHome } from './run-agent.ts';

const id = '0199a213-81c0-7800-8aa1-bbab2a035501';
const model = 'claude-sonnet-4-5';
const eventsOf = (home: AgentHome, session = id): string =>
  join(home.path, '.copilot/session-state', session, 'events.jsonl');

const event = (type: string, minute: number, data: object): object => ({
  ...{ type, data, id: `event-${String(minute)}` },
  timestamp: `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`,
});
const start = event('session.start', 0, {
  ...{ sessionId: id, selectedModel: model, context: { cwd: '/home/dev/app' } },
});
const message = (minute: number, outputTokens: number): object =>
  event('assistant.message', minute, { messageId: `message-${String(minute)}`, outputTokens });
/** Totals of input, output, cache read and cache write. */
const shutdown = (minute: number, ...totals: readonly [number, number, number, number]): object => {
  const [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens] = totals;
  const usage = {
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: 1,
  };
  return event('session.shutdown', minute, { modelMetrics: { [model]: { usage } } });
};
const counts = (
  responses: number,
  ...[input, output, cacheRead, cacheWrite]: readonly [number, number, number, number]
): object => ({ responses, input, output, cacheRead, cacheWrite });

describe('events of Copilot CLI', () => {
  test('totals of a resumed session are not added to the earlier ones', async () => {
    await using home = await agentHome();
    const first = [start, message(1, 30), shutdown(2, 1000, 50, 600, 100)];
    await writeJsonLines(eventsOf(home), first);
    const before = await runAgent('copilot-cli', home.path);
    expect(countsOf(before)).toEqual(counts(1, 300, 50, 600, 100));
    const resumed = shutdown(9, 1500, 80, 900, 100);
    await appendFile(eventsOf(home), `${JSON.stringify(resumed)}\n`);
    const after = await runAgent('copilot-cli', home.path, { after: before });
    expect(countsOf(after)).toEqual(counts(2, 500, 80, 900, 100));
    expect((await runAgent('copilot-cli', home.path)).usage).toEqual(after.usage);
    expect(after.usage?.daily).toMatchObject([{ project: '/home/dev/app', model }]);
  });

  test('a copy of a session from before its shutdown in another directory changes nothing', async () => {
    await using home = await agentHome();
    await writeJsonLines(eventsOf(home), [start, message(1, 30), shutdown(2, 1000, 50, 0, 0)]);
    const copy = join(home.path, 'copy/session-state', id, 'events.jsonl');
    await writeJsonLines(copy, [start, message(1, 30)]);
    const directories = [join(home.path, '.copilot'), join(home.path, 'copy')];
    const options = { agents: { 'copilot-cli': { directories } } };
    const run = await runAgent('copilot-cli', home.path, { options });
    expect(countsOf(run)).toEqual(counts(1, 1000, 50, 0, 0));
  });

  test('smaller totals are those of a new count', async () => {
    await using home = await agentHome();
    const lines = [start, shutdown(1, 1000, 50, 0, 0), shutdown(2, 400, 60, 0, 0)];
    await writeJsonLines(eventsOf(home), lines);
    expect(countsOf(await runAgent('copilot-cli', home.path))).toEqual(counts(2, 1400, 110, 0, 0));
  });

  test.each([
    ['restarts', true, 1000 + 1200],
    ['does not restart', false, 1200],
  ])('a compaction %s the totals when its success is %s', async (_, success, input) => {
    await using home = await agentHome();
    const compaction = event('session.compaction_complete', 2, { success });
    const lines = [start, shutdown(1, 1000, 50, 0, 0), compaction, shutdown(3, 1200, 50, 0, 0)];
    await writeJsonLines(eventsOf(home), lines);
    expect(countsOf(await runAgent('copilot-cli', home.path)).input).toBe(input);
  });

  test('messages count until a shutdown reports them', async () => {
    await using home = await agentHome();
    await writeJsonLines(eventsOf(home), [start, message(1, 30), message(2, 12)]);
    const crashed = await runAgent('copilot-cli', home.path);
    expect(countsOf(crashed)).toEqual(counts(2, 0, 42, 0, 0));
    const rest = [shutdown(3, 1000, 42, 0, 0), message(4, 7)];
    await appendFile(eventsOf(home), rest.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const resumed = await runAgent('copilot-cli', home.path, { after: crashed });
    expect(countsOf(resumed)).toEqual(counts(2, 1000, 49, 0, 0));
  });

  test('a session without a directory in its events has that of its workspace', async () => {
    await using home = await agentHome();
    const workspace = join(home.path, '.copilot/session-state', id, 'workspace.yaml');
    await writeLogFile(workspace, `id: ${id}\ncwd: "/home/dev/other"\nname: x\n`);
    await writeJsonLines(eventsOf(home), [shutdown(1, 1000, 50, 0, 0)]);
    const { usage } = await runAgent('copilot-cli', home.path);
    expect(usage?.daily).toMatchObject([{ project: '/home/dev/other' }]);
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    'a model named %s is counted',
    async (name) => {
      await using home = await agentHome();
      const line = JSON.stringify(shutdown(1, 10, 5, 0, 0)).replace(model, name);
      await writeLogFile(eventsOf(home), `${JSON.stringify(start)}\n${line}\n${line}\n`);
      expect(countsOf(await runAgent('copilot-cli', home.path))).toEqual(counts(1, 10, 5, 0, 0));
    },
  );

  test('totals with an invalid count are skipped and later ones are counted', async () => {
    await using home = await agentHome();
    const lines = [
      start,
      shutdown(1, -5, 50, 0, 0),
      shutdown(2, 100, 60, 0, 0),
      '{"type":"session.shutdown"',
    ];
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    await writeLogFile(eventsOf(home), `${text.join('\n')}\n`);
    const run = await runAgent('copilot-cli', home.path);
    expect(countsOf(run)).toEqual(counts(1, 100, 60, 0, 0));
    expect(run.state.warnings).toEqual({ json: 1, usage: 1 });
  });
});

describe.skipIf(loadSqlite() === null)(
  'the database of Copilot CLI (skipped without node:sqlite)',
  () => {
    async function write(home: AgentHome, sql: string): Promise<void> {
      await mkdir(join(home.path, '.copilot'), { recursive: true });
      execSql(join(home.path, '.copilot/session-store.db'), copilotSchema + sql);
    }
    const request = (changes: Readonly<Record<string, string | number | null>> = {}): string =>
      insertRow('assistant_usage_events', {
        ...{ id: 1, session_id: id, model, created_at: '2026-11-20 10:01:00' },
        ...{
          input_tokens: 1000,
          output_tokens: 50,
          cache_read_tokens: 600,
          cache_write_tokens: 100,
        },
        ...{ reasoning_tokens: 20 },
        ...changes,
      });

    test('cached tokens are part of the input and reasoning is part of the output', async () => {
      await using home = await agentHome();
      await write(home, insertRow('sessions', { id, cwd: '/home/dev/app' }) + request());
      const run = await runAgent('copilot-cli', home.path);
      expect(countsOf(run)).toEqual(counts(1, 300, 50, 600, 100));
      expect(run.usage?.daily).toMatchObject([{ date: '2026-11-20', project: '/home/dev/app' }]);
    });

    test('a request of a session that is gone has no project', async () => {
      await using home = await agentHome();
      const gone = request({ id: 2, session_id: 'gone' });
      await write(home, insertRow('sessions', { id, cwd: '/home/dev/app' }) + request() + gone);
      const { usage } = await runAgent('copilot-cli', home.path);
      expect(usage?.daily).toMatchObject([{ project: null }, { project: '/home/dev/app' }]);
      expect(usage?.projects).toMatchObject([{ projectPath: '/home/dev/app', responses: 1 }]);
    });

    test('the events of a session in the database are not added', async () => {
      await using home = await agentHome();
      const other = '0199a213-81c0-7800-8aa1-bbab2a035502';
      await writeJsonLines(eventsOf(home), [
        start,
        message(1, 50),
        shutdown(2, 1000, 50, 600, 100),
      ]);
      await writeJsonLines(eventsOf(home, other), [start, shutdown(2, 70, 5, 0, 0)]);
      const eventsOnly = await runAgent('copilot-cli', home.path);
      expect(countsOf(eventsOnly)).toEqual(counts(2, 370, 55, 600, 100));
      await write(home, request() + request({ id: 2, created_at: '2026-11-20T10:03:00.000Z' }));
      const both = await runAgent('copilot-cli', home.path, { after: eventsOnly });
      expect(countsOf(both)).toEqual(counts(3, 670, 105, 1200, 200));
      expect((await runAgent('copilot-cli', home.path)).usage).toEqual(both.usage);
    });

    test('totals from before the first request in the database count beside it', async () => {
      await using home = await agentHome();
      const events = [start, message(1, 50), shutdown(2, 1000, 50, 600, 100)];
      await writeJsonLines(eventsOf(home), [...events, message(4, 7)]);
      const before = await runAgent('copilot-cli', home.path);
      await write(home, request({ id: 1, created_at: '2026-11-20 10:05:00', output_tokens: 9 }));
      const resumed = [...events, message(4, 7), message(5, 9), shutdown(6, 2000, 66, 1200, 200)];
      await writeJsonLines(eventsOf(home), resumed);
      const after = await runAgent('copilot-cli', home.path, { after: before });
      expect(countsOf(after)).toEqual(counts(2, 600, 59, 1200, 200));
    });

    test('rows that Copilot CLI has removed keep their usage', async () => {
      await using home = await agentHome();
      await write(home, request() + request({ id: 2, output_tokens: 7 }));
      const first = await runAgent('copilot-cli', home.path);
      await write(home, `DELETE FROM assistant_usage_events WHERE id = 1; ${request({ id: 3 })}`);
      const second = await runAgent('copilot-cli', home.path, { after: first });
      expect(countsOf(second)).toEqual(counts(3, 900, 107, 1800, 300));
    });

    test('nano-AIU are reported as cost when the model has no price', async () => {
      await using home = await agentHome();
      await write(home, request({ model: 'house', total_nano_aiu: 2_500_000_000 }));
      expect((await runAgent('copilot-cli', home.path)).usage?.daily).toMatchObject([
        { costUsd: '0.025000', costBasis: 'reported' },
      ]);
    });

    test('a database of a version without usage is not a warning', async () => {
      await using home = await agentHome();
      await write(home, 'DROP TABLE assistant_usage_events;');
      await writeJsonLines(eventsOf(home), [start, shutdown(2, 70, 5, 0, 0)]);
      const run = await runAgent('copilot-cli', home.path);
      expect(countsOf(run)).toEqual(counts(1, 70, 5, 0, 0));
      expect(run.diagnostics).toEqual([]);
    });

    test.each([
      [{ input_tokens: -1 }, { usage: 1 }],
      [{ output_tokens: 'x' }, { usage: 1 }],
      [{ created_at: 'yesterday' }, { timestamp: 1 }],
      [{ session_id: 'a b' }, { id: 1 }],
    ])('a row with %j is skipped', async (changes, warnings) => {
      await using home = await agentHome();
      await write(home, request() + request({ id: 2, ...changes }));
      const run = await runAgent('copilot-cli', home.path);
      expect(countsOf(run).responses).toBe(1);
      expect(run.state.warnings).toEqual(warnings);
    });
  },
);
