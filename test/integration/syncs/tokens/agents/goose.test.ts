import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { gooseLedger, gooseSchema } from '../../../../helpers/agents/goose.ts';
import { execSql, insertRow } from '../../../../helpers/sqlite-writer.ts';
import { agentHome, countsOf, runAgent, type AgentHome } from './run-agent.ts';

const seconds = Date.parse('2026-11-20T10:00:00Z') / 1000;

async function write(home: AgentHome, sql: string): Promise<void> {
  const dir = join(home.path, '.local/share/goose/sessions');
  await mkdir(dir, { recursive: true });
  execSql(join(dir, 'sessions.db'), sql);
}
const session = (changes: Readonly<Record<string, string | number | null>> = {}): string =>
  insertRow('sessions', {
    ...{ id: '20261118_1', working_dir: '/home/dev/app', created_at: '2026-11-18 09:00:00' },
    ...{ provider_name: 'Anthropic', model_config_json: '{"model_name":"claude-sonnet-4-5"}' },
    ...changes,
  });
const accumulated = {
  ...{ accumulated_input_tokens: 1000, accumulated_output_tokens: 50 },
  ...{ accumulated_cache_read_tokens: 700, accumulated_cache_write_tokens: 100 },
  // Of the last request.
  ...{ input_tokens: 400, output_tokens: 20, cache_read_tokens: 300 },
};
const request = (changes: Readonly<Record<string, string | number | null>> = {}): string =>
  insertRow('usage_ledger', {
    ...{ id: 1, session_id: '20261118_1', created_timestamp: seconds, model: 'claude-sonnet-4-5' },
    ...{ input_tokens: 100, output_tokens: 20, cache_read_tokens: 60, cache_write_tokens: 30 },
    ...changes,
  });
const once = { responses: 1, input: 10, output: 20, cacheRead: 60, cacheWrite: 30 };

describe.skipIf(loadSqlite() === null)('Goose (skipped without node:sqlite)', () => {
  test('cached tokens are subtracted from the input that contains them', async () => {
    await using home = await agentHome();
    await write(home, gooseSchema + gooseLedger + session() + request());
    const run = await runAgent('goose', home.path);
    expect(countsOf(run)).toEqual(once);
    expect(run.usage?.daily).toMatchObject([
      { date: '2026-11-20', project: '/home/dev/app', costBasis: 'calculated' },
    ]);
  });

  test('a request of a session that is gone has no project', async () => {
    await using home = await agentHome();
    const gone = request({ id: 2, session_id: 'gone' });
    await write(home, gooseSchema + gooseLedger + session() + request() + gone);
    const { usage } = await runAgent('goose', home.path);
    expect(usage?.daily).toMatchObject([{ project: null }, { project: '/home/dev/app' }]);
    expect(usage?.projects).toMatchObject([{ projectPath: '/home/dev/app', responses: 1 }]);
  });

  test('a session with a ledger is not counted from its accumulated counts too', async () => {
    await using home = await agentHome();
    await write(home, gooseSchema + gooseLedger + session(accumulated) + request());
    expect(countsOf(await runAgent('goose', home.path))).toEqual(once);
  });

  const total = { responses: 1, input: 200, output: 50, cacheRead: 700, cacheWrite: 100 };

  test('a session of a version without a ledger counts its accumulated counts', async () => {
    await using home = await agentHome();
    await write(home, gooseSchema + session(accumulated));
    const run = await runAgent('goose', home.path);
    expect(countsOf(run)).toEqual(total);
    expect(run.usage?.daily).toMatchObject([{ date: '2026-11-18', model: 'claude-sonnet-4-5' }]);
  });

  test('accumulated counts without cache columns are all input', async () => {
    await using home = await agentHome();
    await write(
      home,
      `CREATE TABLE sessions (id TEXT PRIMARY KEY, created_at TIMESTAMP, accumulated_input_tokens INTEGER,
         accumulated_output_tokens INTEGER);
       INSERT INTO sessions VALUES ('20251001_1', '2025-10-01 10:00:00', 1000, 50), ('20251001_2', NULL, NULL, NULL);`,
    );
    const run = await runAgent('goose', home.path);
    expect(countsOf(run)).toEqual({ ...total, input: 1000, cacheRead: 0, cacheWrite: 0 });
    expect(run.usage?.daily).toMatchObject([{ model: 'unknown', project: null, costUsd: null }]);
  });

  test('accumulated counts that the ledger carries forward count once, on the same day', async () => {
    await using home = await agentHome();
    await write(home, gooseSchema + session(accumulated));
    const first = await runAgent('goose', home.path);
    const carried = request({
      ...{ id: 1, model: null, input_tokens: 1000, output_tokens: 50, cache_read_tokens: 700 },
      ...{ cache_write_tokens: 100, cost_source: 'carried_forward' },
    });
    await write(home, gooseLedger + session(accumulated) + carried + request({ id: 2 }));
    const second = await runAgent('goose', home.path, { after: first });
    const both = { responses: 2, input: 210, output: 70, cacheRead: 760, cacheWrite: 130 };
    expect(countsOf(second)).toEqual(both);
    const anew = await runAgent('goose', home.path);
    expect(anew.usage).toEqual(second.usage);
    expect(anew.usage?.daily.map(({ date }) => date)).toEqual(['2026-11-18', '2026-11-20']);
  });

  test('timestamps in milliseconds and in seconds give the same day', async () => {
    await using home = await agentHome();
    const inMs = request({ id: 2, created_timestamp: seconds * 1000 + 1 });
    await write(home, gooseSchema + gooseLedger + session() + request() + inMs);
    expect((await runAgent('goose', home.path)).usage?.daily).toMatchObject([
      { date: '2026-11-20', responses: 2 },
    ]);
  });

  test('a compaction counts as a request', async () => {
    await using home = await agentHome();
    const compaction = request({ id: 2, is_compaction: 1 });
    await write(home, gooseSchema + gooseLedger + session() + request() + compaction);
    expect(countsOf(await runAgent('goose', home.path)).responses).toBe(2);
  });

  test('input that is less than the cached tokens is input without them', async () => {
    await using home = await agentHome();
    await write(home, gooseSchema + gooseLedger + session() + request({ input_tokens: 80 }));
    expect(countsOf(await runAgent('goose', home.path))).toEqual({ ...once, input: 80 });
  });

  test('the cost of Goose is reported when the model has no price', async () => {
    await using home = await agentHome();
    const rows =
      request({ model: 'house', cost: 0.5 }) + request({ id: 2, model: 'free', cost: 0 });
    await write(home, gooseSchema + gooseLedger + session() + rows);
    expect((await runAgent('goose', home.path)).usage?.daily).toMatchObject([
      { model: 'free', costUsd: null },
      { model: 'house', costUsd: '0.500000', costBasis: 'reported' },
    ]);
  });

  test.each([
    [{ input_tokens: -1 }, { usage: 1 }],
    [{ output_tokens: 'many' }, { usage: 1 }],
    [{ created_timestamp: 5 }, { timestamp: 1 }],
    [{ input_tokens: 0, output_tokens: null, cache_read_tokens: 0, cache_write_tokens: 0 }, {}],
  ])('a request with %j is not counted', async (changes, warnings) => {
    await using home = await agentHome();
    const rows = request() + request({ id: 2, ...changes });
    await write(home, gooseSchema + gooseLedger + session() + rows);
    const run = await runAgent('goose', home.path);
    expect(countsOf(run)).toEqual(once);
    expect(run.state.warnings).toEqual(warnings);
  });
});
