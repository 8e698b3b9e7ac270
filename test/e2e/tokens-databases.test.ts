import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tokensSnapshot } from '../../src/schema/tokens.ts';
import { loadSqlite } from '../../src/syncs/tokens/usage-log/database/sqlite.ts';
import { gooseSample } from '../helpers/agents/goose.ts';
import { runCli, type CliResult } from '../helpers/cli.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

const response = {
  ...{ id: 'a', session: '20261118_1', timeMs: Date.parse('2026-11-20T10:00:00Z') },
  ...{ model: 'claude-sonnet-4-5', project: '/home/dev/app' },
  ...{ input: 10, output: 20, cacheRead: 60, cacheWrite: 30 },
};

/** Runs the built program on a machine with a database of Goose. `.ci/run` does this with two versions of Node.js. */
async function runWithDatabase(): Promise<
  CliResult & { readonly snapshot: ReturnType<typeof tokensSnapshot.parse> }
> {
  await using workspace = await temporaryWorkspace({ syncs: ['tokens'] });
  const home = join(workspace.root, 'home');
  await mkdir(home);
  await gooseSample.write(home, [response]);
  const before = await readdir(home, { recursive: true });
  const result = await runCli(['run', '--workspace', workspace.root], { env: { HOME: home } });
  expect(await readdir(home, { recursive: true })).toEqual(before);
  const text = await readFile(join(workspace.root, 'data/tokens.json'), 'utf8');
  return { ...result, snapshot: tokensSnapshot.parse(JSON.parse(text)) };
}

test.runIf(loadSqlite() === null)(
  'run skips an agent with a database and names the version of Node.js that can read it (skipped with node:sqlite)',
  async () => {
    const { exitCode, stdout, stderr, snapshot } = await runWithDatabase();
    const reason = `Goose keeps usage in a database, which only Node.js 22.15 or later can read (this is ${process.versions.node})`;
    expect(exitCode).toBe(0);
    expect(stdout + stderr).toContain(reason);
    expect(snapshot.sources['goose']).toMatchObject({ status: 'skipped', message: reason });
    expect(snapshot.totals['goose']).toBeUndefined();
  },
);

test.skipIf(loadSqlite() === null)(
  'run counts the usage in a database of an agent without a warning of Node.js (skipped without node:sqlite)',
  async () => {
    const { exitCode, stderr, snapshot } = await runWithDatabase();
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(snapshot.sources['goose']).toMatchObject({ status: 'success', message: null });
    expect(snapshot.totals['goose']).toMatchObject({
      responses: 1,
      tokens: { input: 10, output: 20, cacheRead: 60, cacheWrite5m: 30 },
    });
  },
);
