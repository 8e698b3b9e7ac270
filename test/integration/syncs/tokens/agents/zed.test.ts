import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import {
  saveZedThread,
  toZedTime,
  zedDatabase,
  zedSchema,
  type ZedThread,
} from '../../../../helpers/agents/zed.ts';
import { execSql } from '../../../../helpers/sqlite-writer.ts';
import { agentHome, countsOf, runAgent, type AgentHome } from './run-agent.ts';

const day20 = Date.parse('2026-11-20T10:00:00Z');
const dayMs = 24 * 60 * 60_000;

async function write({ path }: AgentHome, sql: string): Promise<void> {
  const file = join(path, zedDatabase);
  await mkdir(dirname(file), { recursive: true });
  execSql(file, zedSchema + sql);
}

const total = (output: number, more: object = {}): object => ({
  version: '0.3.0',
  cumulative_token_usage: { input_tokens: 10, output_tokens: output },
  request_token_usage: { 'prompt-1': { output_tokens: 7 } },
  model: { provider: 'anthropic', model: 'claude-opus-4-5' },
  ...more,
});

const save = (
  thread: object,
  { timeMs = day20, ...row }: Partial<ZedThread> & { readonly timeMs?: number } = {},
): string => {
  const updatedAt = toZedTime(timeMs);
  return saveZedThread({ id: 'thread-1', folderPaths: '/home/dev/app', thread, updatedAt, ...row });
};

describe.skipIf(loadSqlite() === null)('Zed (skipped without node:sqlite)', () => {
  test('the growth of a thread counts on the day of its last update, also without cache', async () => {
    await using home = await agentHome();
    await write(home, save(total(100)));
    const first = await runAgent('zed', home.path);
    await write(home, save(total(130), { timeMs: day20 + 3 * dayMs }));
    const second = await runAgent('zed', home.path, { after: first });
    expect(second.usage?.daily).toMatchObject([
      { date: '2026-11-20', tokens: { input: 10, output: 100 }, project: '/home/dev/app' },
      { date: '2026-11-23', tokens: { input: 0, output: 30 } },
    ]);
    const withoutCache = await runAgent('zed', home.path, { after: { ...first, cache: null } });
    expect(withoutCache.usage).toEqual(second.usage);
  });

  test('only threads that were added or updated are read again', async () => {
    await using home = await agentHome();
    const old = Array.from({ length: 3 }, (_, index) =>
      save(total(100), { id: `old-${String(index)}`, timeMs: day20 - 10 * dayMs }),
    );
    await write(home, old.join('') + save(total(100)));
    const first = await runAgent('zed', home.path);
    // Unlike Zed, without another time of update.
    const untimed = save(total(999), { id: 'old-0', timeMs: day20 - 10 * dayMs });
    const earlier = save(total(5), { id: 'imported', timeMs: day20 - 20 * dayMs });
    await write(home, untimed + earlier + save(total(120), { timeMs: day20 + 60_000 }));
    const second = await runAgent('zed', home.path, { after: first });
    expect(countsOf(second).output).toBe(300 + 120 + 5);
  });

  test('a thread with a time of update in the future does not hide later updates', async () => {
    await using home = await agentHome();
    const future = save(total(1), { id: 'future', timeMs: Date.parse('2098-01-01T00:00:00Z') });
    await write(home, future + save(total(100)));
    const first = await runAgent('zed', home.path);
    await write(home, save(total(130), { timeMs: Date.now() }));
    expect(countsOf(await runAgent('zed', home.path, { after: first })).output).toBe(131);
  });

  test('all threads are read again when the last one was deleted', async () => {
    await using home = await agentHome();
    await write(home, save(total(100)) + save(total(7), { id: 'thread-2' }));
    const first = await runAgent('zed', home.path);
    await write(home, `DELETE FROM threads WHERE id = 'thread-2';` + save(total(120)));
    expect(countsOf(await runAgent('zed', home.path, { after: first })).output).toBe(127);
  });

  test('a thread without a running total is unknown and not the sum of its prompts', async () => {
    await using home = await agentHome();
    const draft = { version: '0.3.0', request_token_usage: {}, cumulative_token_usage: {} };
    const rows = save(total(0, { cumulative_token_usage: {} })) + save(draft, { id: 'draft' });
    await write(home, rows);
    const run = await runAgent('zed', home.path);
    expect(run.usage?.daily).toEqual([]);
    expect(run.state.warnings).toEqual({ 'no-usage': 1 });
  });

  test.each([
    ['claude-opus-4-5', 'claude-opus-4-5'],
    ['Claude Opus 4.5', 'claude-opus-4.5'],
    ['GPT-5 (Preview)', 'gpt-5'],
  ])('the model %s is %s and has a price', async (name, id) => {
    await using home = await agentHome();
    await write(home, save(total(100, { model: { provider: 'zed.dev', model: name } })));
    const run = await runAgent('zed', home.path);
    expect(run.usage?.daily).toMatchObject([{ model: id, costBasis: 'calculated' }]);
  });

  const snapshots = (...paths: readonly string[]): object => ({
    initial_project_snapshot: {
      worktree_snapshots: paths.map((path) => ({ worktree_path: path })),
    },
  });

  test.each([
    ['/home/dev/app', {}, '/home/dev/app'],
    ['/home/dev/app\n/home/dev/lib', {}, null],
    [null, snapshots('/home/dev/old'), '/home/dev/old'],
    [null, snapshots('/home/dev/old', '/home/dev/lib'), null],
    [null, {}, null],
  ])('the directories %j and %j are the project %j', async (folderPaths, more, project) => {
    await using home = await agentHome();
    await write(home, save(total(100, more), { folderPaths }));
    expect((await runAgent('zed', home.path)).usage?.daily).toMatchObject([{ project }]);
  });

  test('threads in JSON, of the first versions too, count like compressed ones', async () => {
    await using home = await agentHome();
    const legacy = total(5, { version: '0.2.0', request_token_usage: [{ output_tokens: 5 }] });
    await write(
      home,
      save(total(100), { dataType: 'json' }) + save(legacy, { id: 'b', dataType: 'json' }),
    );
    expect(countsOf(await runAgent('zed', home.path)).output).toBe(105);
  });

  test('a thread of several megabytes counts, and one that is too long is skipped', async () => {
    await using home = await agentHome();
    const messages = [{ User: { content: 'x'.repeat(3_000_000) } }];
    const long = save(total(100, { messages }), { dataType: 'json' });
    const tooLong = `INSERT INTO threads (id, summary, updated_at, data_type, data)
      VALUES ('b', '', '2026-11-20T10:00:00+00:00', 'json', zeroblob(${String(65 * 1024 * 1024)}));`;
    await write(home, long + tooLong);
    const run = await runAgent('zed', home.path);
    expect(countsOf(run).output).toBe(100);
    expect(run.state.warnings).toEqual({ 'too-long': 1 });
  });

  test('a thread whose decompressed text has no limit is not decompressed', async () => {
    await using home = await agentHome();
    const messages = 'x'.repeat(65 * 1024 * 1024);
    await write(home, save(total(100)) + save(total(1, { messages }), { id: 'b' }));
    const run = await runAgent('zed', home.path);
    expect(countsOf(run).output).toBe(100);
    expect(run.state.warnings).toEqual({ json: 1 });
  });

  test.each([
    [{ cumulative_token_usage: { output_tokens: -1 } }, { usage: 1 }],
    [{ cumulative_token_usage: { output_tokens: '7' } }, { usage: 1 }],
    [{ cumulative_token_usage: [] }, { 'no-usage': 1 }],
  ])('a thread with %j is skipped', async (changes, warnings) => {
    await using home = await agentHome();
    await write(home, save(total(100)) + save(total(1, changes), { id: 'b' }));
    const run = await runAgent('zed', home.path);
    expect(countsOf(run).output).toBe(100);
    expect(run.state.warnings).toEqual(warnings);
  });
});
