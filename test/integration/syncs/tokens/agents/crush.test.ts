import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSqlite } from '../../../../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { crushSchema, writeCrushProjects } from '../../../../helpers/agents/crush.ts';
import { execSql, insertRow } from '../../../../helpers/sqlite-writer.ts';
import { agentHome, runAgent, type AgentHome } from './run-agent.ts';

const seconds = Date.parse('2026-11-20T10:00:00Z') / 1000;

/** Executes SQL in the database of a project. */
async function write({ path }: AgentHome, sql: string, project = 'app'): Promise<void> {
  const dir = join(path, project, '.crush');
  await mkdir(dir, { recursive: true });
  execSql(join(dir, 'crush.db'), crushSchema + sql);
}

const session = (changes: Readonly<Record<string, string | number | null>> = {}): string =>
  insertRow('sessions', {
    ...{ id: 'root', parent_session_id: null, title: 'title', prompt_tokens: 9000 },
    ...{ completion_tokens: 800, cost: 0.25, updated_at: seconds, created_at: seconds - 60 },
    ...changes,
  });

describe.skipIf(loadSqlite() === null)('Crush (skipped without node:sqlite)', () => {
  test('the cost of a session counts, and not its tokens, which are those of the last step', async () => {
    await using home = await agentHome();
    await writeCrushProjects(home.path, [join(home.path, 'app')]);
    await write(home, session());
    const run = await runAgent('crush', home.path);
    expect(run.usage?.daily).toMatchObject([
      {
        ...{ date: '2026-11-20', model: 'unknown', project: join(home.path, 'app') },
        ...{ tokens: null, costUsd: '0.250000', costBasis: 'reported' },
        sessions: [{ id: 'root', tokens: null, costUsd: '0.250000' }],
      },
    ]);
    expect(run.usage?.totals).toMatchObject({ tokens: null, responses: null });
    expect(run.usage?.projects).toMatchObject([{ tokens: null, responses: null }]);
  });

  test('the cost of a child is part of that of its parent', async () => {
    await using home = await agentHome();
    await writeCrushProjects(home.path, [join(home.path, 'app')]);
    await write(home, session() + session({ id: 'child', parent_session_id: 'root', cost: 0.1 }));
    expect((await runAgent('crush', home.path)).usage?.totals.costUsd).toBe('0.250000');
  });

  test('the growth of a cost counts on the day of the last step, also without cache', async () => {
    await using home = await agentHome();
    await writeCrushProjects(home.path, [join(home.path, 'app')]);
    await write(home, session());
    const first = await runAgent('crush', home.path);
    await write(
      home,
      `UPDATE sessions SET cost = 0.4, prompt_tokens = 0, updated_at = ${String(seconds + 86_400)};`,
    );
    const second = await runAgent('crush', home.path, { after: first });
    expect(second.usage?.daily).toMatchObject([
      { date: '2026-11-20', costUsd: '0.250000' },
      { date: '2026-11-21', costUsd: '0.150000' },
    ]);
    const withoutCache = await runAgent('crush', home.path, { after: { ...first, cache: null } });
    expect(withoutCache.usage).toEqual(second.usage);
  });

  test('a session in the databases of two directories counts once with the larger cost', async () => {
    await using home = await agentHome();
    await writeCrushProjects(
      home.path,
      ['app', 'copy'].map((name) => join(home.path, name)),
    );
    await write(home, session());
    await write(home, session({ cost: 0.3, updated_at: seconds + 1 }), 'copy');
    expect((await runAgent('crush', home.path)).usage?.totals.costUsd).toBe('0.300000');
  });

  test('a session with a flat rate has no entry', async () => {
    await using home = await agentHome();
    await writeCrushProjects(home.path, [join(home.path, 'app')]);
    await write(home, session({ cost: 0 }));
    expect((await runAgent('crush', home.path)).usage?.daily).toEqual([]);
  });
});
