import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tookTooLong } from '../../../src/publish/database/database-error.ts';
import { publishAfterRun, publishWarning } from '../../../src/publish/publish-after-run.ts';
import { configFile } from '../../../src/schema/config.ts';
import type { Snapshot } from '../../../src/schema/syncs.ts';
import { openStore } from '../../../src/store/store.ts';
import { testSystem } from '../../helpers/context.ts';
import { FleetWorkspace, storedSums } from '../../helpers/fleet-workspace.ts';
import { startPostgres, type TestDatabase, type TestPostgres } from '../../helpers/postgres.ts';
import { tokensSnapshot, usageOf } from '../../helpers/snapshots.ts';
import { startProxy, type TcpProxy } from '../../helpers/tcp-proxy.ts';
import { cpuMsUntil } from '../../helpers/cpu-time.ts';
import { slowdown } from '../../helpers/slowdown.ts';

let server: TestPostgres;
let proxy: TcpProxy;
const workspaces: FleetWorkspace[] = [];

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(server.port);
});
afterAll(async () => {
  for (const workspace of workspaces) workspace.remove();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

let seed = 100;
function newWorkspace(size: { readonly projects?: number; readonly days?: number } = {}) {
  seed += 1;
  const workspace = new FleetWorkspace({ seed, ...size });
  workspaces.push(workspace);
  return workspace;
}

/** A database with URLs of the proxy. */
async function createDatabase(): Promise<TestDatabase> {
  const database = await server.createDatabase();
  return { ...database, url: (role, port = proxy.port) => database.url(role, port) };
}

async function expectExact(database: TestDatabase, workspace: FleetWorkspace): Promise<void> {
  expect(await storedSums(database, workspace.identity().id)).toEqual(workspace.expected());
}

test('publish continues after a cut between two pushes, although nothing has changed since', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace();
  proxy.mode = { cutAfter: 40_000 };
  await expect(workspace.publish(database, { chunkBytes: 8000 })).rejects.toMatchObject({
    code: 'network',
  });
  proxy.mode = 'pass';
  const stored = await storedSums(database, workspace.identity().id);
  expect(stored).toMatchObject({ projects: '6' });
  expect(stored).not.toEqual(workspace.expected());
  expect(workspace.identity().failingSince).not.toBeNull();
  await workspace.publish(database, { chunkBytes: 8000 });
  await expectExact(database, workspace);
  expect(workspace.identity()).toMatchObject({ failingSince: null, lastError: null, attempts: [] });
});

test('publish is no copy of itself when the database accepts pushes after their connection was cut', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 12, days: 3 });
  await workspace.publish(database);
  const owner = await database.connect();
  for (let round = 0; round < 2; round += 1) {
    await owner.query('BEGIN');
    await owner.query('SELECT pg_advisory_xact_lock(1937337955, 1)');
    for (let waiting = 1; waiting <= 2; waiting += 1) {
      workspace.run();
      const stop = new AbortController();
      const attempt = workspace.publish(database, { signal: stop.signal });
      attempt.catch(() => undefined);
      await waitingBackends(database, waiting);
      stop.abort(new Error('stopped'));
      await expect(attempt).rejects.toThrow('stopped');
    }
    workspace.run();
    const next = workspace.publish(database);
    await waitingBackends(database, 3);
    await owner.query('COMMIT');
    expect(await next).toMatchObject({ type: 'done', copyOf: null });
    await expectExact(database, workspace);
  }
  await owner.end();
  expect(await database.value('SELECT count(*) FROM sync_runner.host')).toBe('1');
});

test('publish after a run reports how many rows are left when its time is over, and the next one sends exactly these', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 2, days: 3 });
  const owner = await database.connect();
  await owner.query('BEGIN');
  // Pushes with usage wait for it.
  await owner.query('SELECT pg_advisory_xact_lock(1937337955, 1)');
  const stop = new AbortController();
  const options = {
    workspace: workspace.paths,
    config: configFile.parse({ fleet: { url: '$FLEET_URL', timeoutSeconds: 60 } }),
    system: testSystem({ env: { FLEET_URL: database.url('writer') } }),
    ...{ signal: stop.signal, isScheduled: false, chunkBytes: 1 },
  };
  const attempt = publishAfterRun(options);
  await waitingBackends(database, 1);
  stop.abort(tookTooLong);
  expect(await attempt).toMatchObject({
    code: 'publish-unfinished',
    message: '4 rows published, 21 rows are left; the next runs continue',
  });
  expect(workspace.identity().lastError).toEqual({
    code: 'timeout',
    message: 'publishing took longer than 60 s; 21 rows are left',
  });
  await owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${isWaiting}`);
  await owner.query('COMMIT');
  await owner.end();
  expect(await workspace.publish(database)).toMatchObject({ type: 'done', rows: 21 });
  await expectExact(database, workspace);
});

const isWaiting = "wait_event_type = 'Lock' AND datname = current_database()";

/** Resolves when so many connections wait for a lock. */
async function waitingBackends(database: TestDatabase, count: number): Promise<void> {
  const query = `SELECT count(*) FROM pg_stat_activity WHERE ${isWaiting}`;
  while (Number(await database.value(query)) < count);
}

test('publish counts the same logs of several hosts once, also when they publish at the same time', async () => {
  const database = await createDatabase();
  const hosts = Array.from({ length: 6 }, () => newWorkspace({ projects: 2, days: 5 }));
  const [first] = hosts;
  const logs = first?.read(first.paths.snapshot('tokens')) as Snapshot<'tokens'>;
  const costOnly = { source: 'crush', tokens: null, responses: null, costUsd: '0.123457' };
  logs.daily.push(usageOf('2026-11-28', costOnly));
  for (const host of hosts) host.writeSnapshot('tokens', logs);
  await Promise.all(hosts.map((host) => host.publish(database)));
  expect(await database.value('SELECT count(*) FROM sync_runner.token_day')).toBe('66');
  expect(await database.value('SELECT count(*) FROM sync_runner.tokens')).toBe('11');

  await database.sql('DELETE FROM sync_runner.host WHERE host_id = $1', [first?.identity().id]);
  await database.sql('SELECT sync_runner.settle()');
  expect(await database.value('SELECT count(*) FROM sync_runner.tokens')).toBe('11');
});

test('publish counts the bill that two hosts read once per account and day', async () => {
  const database = await createDatabase();
  const bill = tokensSnapshot(
    ['2026-11-26', '2026-11-27'].map((date) =>
      usageOf(date, { source: 'openai', project: null, responses: null, costBasis: 'billed' }),
    ),
  );
  for (const key of ['sk-admin-1', 'sk-admin-1', 'sk-admin-2']) {
    const host = newWorkspace({ projects: 1, days: 1 });
    host.writeSnapshot('tokens', bill);
    const env = { FLEET_URL: database.url('writer'), OPENAI_ADMIN_KEY: key };
    await host.publish(database, { system: testSystem({ env }) });
  }
  const rows = await database.sql(
    'SELECT account, kind, sum(cost_usd)::text AS cost FROM sync_runner.tokens GROUP BY 1, 2 ORDER BY 1',
  );
  expect(rows).toEqual([
    { account: expect.stringMatching(/^key:\S{12}$/) as string, kind: 'bill', cost: '2.000000' },
    { account: expect.stringMatching(/^key:\S{12}$/) as string, kind: 'bill', cost: '2.000000' },
  ]);
});

test('publish leaves out a row that the database refuses, names it once, and sends all others', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 4, days: 6 });
  await database.sql(
    `ALTER TABLE sync_runner.project_day ADD CHECK (NOT (project_id = 'project-1' AND day = '2026-11-25'))`,
  );
  await database.sql(`ALTER TABLE sync_runner.project ADD CHECK (name <> 'poison')`);
  const projects = workspace.read(workspace.paths.snapshot('projects')) as Snapshot<'projects'>;
  const [first, second, third] = projects.projects;
  if (first) first.name = 'a\u0000b \ud800 \u202eevil';
  if (second) second.name = 'poison';
  if (third?.git?.lastCommit) third.git.lastCommit.date = '0000-05-05T00:00:00.000Z';
  workspace.writeSnapshot('projects', projects);
  const tokens = workspace.read(workspace.paths.snapshot('tokens')) as Snapshot<'tokens'>;
  const [entry] = tokens.daily;
  if (entry) entry.costUsd = `${'9'.repeat(30)}.000000`;
  workspace.writeSnapshot('tokens', tokens);
  const [month = ''] = readdirSync(workspace.paths.historyDir('quality'));
  const path = join(workspace.paths.historyDir('quality'), month);
  appendFileSync(path, '{"run":"2026-11-\n{"run":"no date","key":"x"}\nnull\n');

  const result = await workspace.publish(database);
  expect(result).toMatchObject({
    refused: [
      'projects project-1',
      'tokens claude-code|2026-11-23',
      'projects 2026-11-25 project-1',
    ],
  });
  expect(publishWarning(result)).toMatchObject({
    code: 'row-refused',
    message:
      'the database refused 3 rows, the first is "projects project-1"; the others are published',
  });
  const stored = await storedSums(database, workspace.identity().id);
  expect(stored).toMatchObject({ projects: '3', quality: '4', tokens: '20', runs: '6' });
  expect(stored).toMatchObject({ projectDays: '23', qualityDays: '24' });
  expect(
    await database.value(`SELECT name FROM sync_runner.project WHERE project_id = 'project-0'`),
  ).toBe('a b evil');
  expect(await workspace.publish(database)).toMatchObject({ type: 'unchanged' });
  workspace.run();
  expect(await workspace.publish(database)).toMatchObject({ type: 'done' });
});

test('publish stops when the database refuses everything, and continues when that is fixed', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 12, days: 1 });
  await database.sql('ALTER TABLE sync_runner.project ADD CONSTRAINT none CHECK (false)');
  await expect(workspace.publish(database)).rejects.toMatchObject({
    code: 'data',
    message: "the fleet's database refused more than 10 rows (SQLSTATE 23514)",
  });
  await database.sql('ALTER TABLE sync_runner.project DROP CONSTRAINT none');
  await workspace.publish(database);
  await expectExact(database, workspace);
});

test('publish after a run ends in time with one warning when the database does not respond', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 1, days: 1 });
  const configOf = (timeoutSeconds: number) =>
    configFile.parse({ fleet: { url: '$FLEET_URL', timeoutSeconds } });
  const options = {
    workspace: workspace.paths,
    config: configOf(60),
    system: testSystem({ env: { FLEET_URL: database.url('writer') } }),
    signal: new AbortController().signal,
    isScheduled: true,
  };
  proxy.mode = 'swallow';
  const startMs = performance.now();
  const warning = await publishAfterRun({ ...options, config: configOf(1) });
  expect(performance.now() - startMs).toBeLessThan(2500 * slowdown());
  expect(warning).toEqual({
    severity: 'warning',
    code: 'publish-failed',
    subject: 'fleet',
    message: "the fleet's database did not respond in time; 6 rows are left",
    hint: 'the next run continues',
  });
  proxy.mode = 'pass';
  expect(await publishAfterRun({ ...options, isScheduled: false })).toBeNull();
  await expectExact(database, workspace);

  // Within everyMinutes.
  workspace.run();
  proxy.connections = 0;
  expect(await publishAfterRun(options)).toBeNull();
  expect(proxy.connections).toBe(0);
  const later = new Date(Date.now() + 3_600_000);
  const system = { ...options.system, now: () => later };
  expect(await publishAfterRun({ ...options, isScheduled: false, system })).toMatchObject({
    code: 'clock-skew',
  });
  await expectExact(database, workspace);
});

test('publish opens no connection and takes less than 10 ms of CPU time when there is nothing to publish', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 20, days: 30 });
  await workspace.publish(database);
  proxy.connections = 0;
  const times: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const publishing = async (): Promise<void> => {
      expect(await workspace.publish(database)).toMatchObject({ type: 'unchanged' });
    };
    times.push(await cpuMsUntil(publishing));
  }
  expect(proxy.connections).toBe(0);
  // The median: the garbage collector and other programs slow down some of them.
  expect(times.toSorted((one, other) => one - other)[10]).toBeLessThan(10);
});

test('retention keeps month files that are not published, up to twice as long', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 1, days: 60 });
  const store = openStore(workspace.paths);
  const months = () => readdirSync(workspace.paths.historyDir('projects'));
  const retention = { now: new Date('2026-12-01'), months: 1, waitForPublication: true };
  expect(months()).toHaveLength(3);
  const [warning] = await store.removeOldHistory(retention);
  expect(warning).toMatchObject({ code: 'history-waits' });
  expect(months()).toHaveLength(2);
  await store.removeOldHistory({ ...retention, now: new Date('2026-11-30') });
  await workspace.publish(database);
  expect(await store.removeOldHistory(retention)).toEqual([]);
  expect(months()).toEqual(['projects-2026-11.jsonl']);
});

test('roles: writers can call three functions and read nothing, readers can read views and not push', async () => {
  const database = await createDatabase();
  await newWorkspace({ projects: 1, days: 1 }).publish(database);
  const attempt = async (role: 'writer' | 'reader', sql: string): Promise<string> => {
    const client = new pg.Client(database.url(role));
    await client.connect();
    try {
      return `${String((await client.query(sql)).rowCount)} rows`;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.end();
    }
  };
  const tables =
    'meta host source project quality token_set token_day project_day quality_day run'.split(' ');
  const views = ['hosts', 'tokens', 'checkouts', 'projects', 'bill_teller'];
  for (const name of [...tables, ...views]) {
    expect(await attempt('writer', `SELECT * FROM sync_runner.${name}`)).toBe('42501');
  }
  const forbidden = [
    'DELETE FROM sync_runner.run',
    'CREATE TABLE public.x()',
    'CREATE TEMPORARY TABLE x()',
    `UPDATE sync_runner.meta SET schema_version = 2`,
    'SELECT sync_runner.settle()',
  ];
  for (const sql of forbidden) expect(await attempt('writer', sql)).toMatch(/^(?:42501|25006)$/);
  for (const sql of forbidden) expect(await attempt('reader', sql)).toMatch(/^(?:42501|25006)$/);
  for (const name of [
    'hosts',
    'tokens',
    'checkouts',
    'projects',
    'run',
    'project_day',
    'quality_day',
  ]) {
    expect(await attempt('reader', `SELECT * FROM sync_runner.${name}`)).toMatch(/^[1-9]\d* rows$/);
  }
  expect(await attempt('reader', `SELECT sync_runner.push_1('{}')`)).toBe('42501');
  expect(await attempt('reader', 'SELECT * FROM sync_runner.host')).toBe('42501');
});

test('push_1 ignores unknown keys, and takes missing ones as unknown values', async () => {
  const database = await createDatabase();
  const client = new pg.Client(database.url('writer'));
  await client.connect();
  const id = '00000000-0000-4000-8000-000000000001';
  const next = '00000000-0000-4000-8000-000000000002';
  const payload = {
    host: { id, name: 'older', future: { deep: [1] } },
    next,
    projects: {
      put: [{ id: 'a', key: 'k', hash: 'h', name: 'a', kind: 'git', state: 'ok', future: 1 }],
      drop: ['unknown'],
    },
    future: { anything: true },
  };
  const { rows } = await client.query<{ result: object }>(
    'SELECT sync_runner.push_1($1) AS result',
    [payload],
  );
  expect(rows[0]?.result).toMatchObject({ state: 'ok', seq: 1 });
  await client.end();
  expect(await database.sql('SELECT name, last_run FROM sync_runner.hosts')).toEqual([
    { name: 'older', last_run: null },
  ]);
});

test('publish leaves no file behind besides its identity and its cache', async () => {
  const database = await createDatabase();
  const workspace = newWorkspace({ projects: 1, days: 1 });
  const before = new Set(readdirSync(workspace.paths.data));
  await workspace.publish(database);
  const added = readdirSync(workspace.paths.data).filter((name) => !before.has(name));
  expect(added.toSorted()).toEqual(['cache', 'fleet.json']);
  expect(existsSync(workspace.paths.publishLock)).toBe(false);
  expect(readFileSync(workspace.paths.fleet, 'utf8')).not.toContain('correct');
  rmSync(workspace.paths.fleet);
});
