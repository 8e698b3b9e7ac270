import { DuckDBInstance } from '@duckdb/node-api';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { dashboard } from '../../../deploy/grafana/dashboard.ts';
import type { Snapshot } from '../../../src/schema/syncs.ts';
import { FleetWorkspace } from '../../helpers/fleet-workspace.ts';
import { startPostgres, type TestDatabase, type TestPostgres } from '../../helpers/postgres.ts';
import { usageOf } from '../../helpers/snapshots.ts';

const deploy = resolve(import.meta.dirname, '../../../deploy');
let server: TestPostgres;
let database: TestDatabase;
let reader: pg.Client;
const workspaces = [1, 2].map((seed) => new FleetWorkspace({ seed }));

beforeAll(async () => {
  server = await startPostgres();
  database = await server.createDatabase();
  for (const [index, workspace] of workspaces.entries()) {
    workspace.run();
    addCrush(workspace, index);
    await workspace.publish(database, { fleet: { team: 'platform' } });
  }
  reader = new pg.Client({ connectionString: database.url('reader') });
  await reader.connect();
});
afterAll(async () => {
  await reader.end();
  for (const workspace of workspaces) workspace.remove();
  await server[Symbol.asyncDispose]();
});

/**
 * Adds usage of Crush, which stores no tokens: a day of logs that both machines have, a day on which both have the same
 * round price, and a day of each machine.
 */
function addCrush(workspace: FleetWorkspace, index: number): void {
  const tokens = workspace.read(workspace.paths.snapshot('tokens')) as Snapshot<'tokens'>;
  const costs = { '2026-11-20': '1.234567', '2026-11-21': '0.400000' };
  const own = index === 0 ? { '2026-11-22': '0.510001' } : { '2026-11-22': '0.620002' };
  for (const [date, costUsd] of Object.entries({ ...costs, ...own })) {
    const counts = { tokens: null, responses: null, costUsd, costBasis: 'reported' } as const;
    tokens.daily.push(
      usageOf(date, { source: 'crush', model: 'unknown', project: null, ...counts }),
    );
  }
  workspace.writeSnapshot('tokens', tokens);
}

/**
 * Replaces variables and macros as Grafana does for PostgreSQL:
 * https://github.com/grafana/grafana/blob/main/pkg/tsdb/grafana-postgresql-datasource/macros.go
 */
function expand(sql: string): string {
  const expanded = sql
    .replaceAll(
      /\$__timeFilter\((\w+(?:::\w+)?)\)/g,
      (_, column: string) => `${column} BETWEEN '2026-05-01T00:00:00Z' AND '2027-05-01T00:00:00Z'`,
    )
    .replaceAll(
      /\$__timeGroup\((\w+),\s*'1d'\)/g,
      (_, column: string) => `floor(extract(epoch from ${column})/86400)*86400`,
    )
    .replaceAll('$team', `'platform'`);
  if (expanded.includes('$')) throw new Error(`not expanded: ${expanded}`);
  return expanded;
}

interface Target {
  readonly rawSql: string;
  readonly format: string;
}

const panels = (dashboard.panels ?? []).map((panel) => ({
  title: 'title' in panel ? (panel.title ?? '') : '',
  target: ('targets' in panel ? panel.targets[0] : undefined) as Target | undefined,
}));

test.each(panels)(
  'the query of panel "$title" ($target.format) returns rows to the reader',
  async ({ target }) => {
    const { rows, fields } = await reader.query<Record<string, unknown>>(
      expand(target?.rawSql ?? ''),
    );
    const names = fields.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    if (target?.format === 'time_series') expect(names[0]).toBe('time');
    // The generated data contain no bill.
    if (target?.rawSql.includes(`kind = 'bill'`) === false) expect(rows.length).toBeGreaterThan(0);
  },
);

test('the panel "Cost by day and host" adds up to the sum of the logs of all hosts', async () => {
  const sql = panels.find(({ title }) => title === 'Cost by day and host')?.target?.rawSql ?? '';
  const { rows } = await reader.query<{ readonly value: number | null }>(expand(sql));
  const total = rows.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const stored = await database.value(
    `SELECT sum(cost_usd) FROM sync_runner.tokens WHERE kind = 'log'`,
  );
  expect(total).toBeCloseTo(Number(stored), 6);
  expect(total).toBeGreaterThan(0);
});

test('the costs of an agent without tokens count once if two hosts have its logs, and both if they only agree by chance', async () => {
  const { rows } = await reader.query(
    `SELECT day::text, count(*)::int AS rows, sum(cost_usd)::text AS cost, sum(output) AS output
     FROM sync_runner.tokens WHERE source = 'crush' GROUP BY 1 ORDER BY 1`,
  );
  expect(rows).toEqual([
    { day: '2026-11-20', rows: 1, cost: '1.234567', output: null },
    { day: '2026-11-21', rows: 2, cost: '0.800000', output: null },
    { day: '2026-11-22', rows: 2, cost: '1.130003', output: null },
  ]);
});

test('the variable "team" lists the teams', async () => {
  const variable = dashboard.templating?.list?.find(({ name }) => name === 'team');
  const { rows } = await reader.query(typeof variable?.query === 'string' ? variable.query : '');
  expect(rows).toEqual([{ coalesce: 'platform' }]);
});

test('the DuckDB views of the same files have the same tokens and projects', async () => {
  const fleet = mkdtempSync(join(tmpdir(), 'sync-runner-fleet-'));
  onTestFinished(() => {
    rmSync(fleet, { recursive: true });
  });
  for (const [index, { root }] of workspaces.entries()) {
    const dir = join(fleet, `host-${String(index + 1)}`);
    cpSync(join(root, 'data'), dir, { recursive: true });
    writeFileSync(join(dir, 'sync-status.json'), '{ "run": {} }');
  }
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run(`SET VARIABLE fleet = '${fleet}'`);
  await duckdb.run(readFileSync(join(deploy, 'duckdb/fleet.sql'), 'utf8'));
  const queries = [
    `SELECT kind, source, count(*)::int AS rows, sum(cost_usd)::varchar AS cost, sum(output)::varchar AS output
     FROM tokens GROUP BY 1, 2 ORDER BY 1, 2`,
    `SELECT regexp_replace(project_key, '^host:[^/]+', 'host') AS project, checkouts::int AS checkouts,
       dirty_anywhere, branch, language, coverage::float AS coverage, todos::int AS todos
     FROM projects ORDER BY 1, newest_on`,
  ];
  for (const query of queries) {
    const expected = await reader.query(query.replace(/FROM (\w+)/, 'FROM sync_runner.$1'));
    const found = await duckdb.runAndReadAll(query);
    expect(found.getRowObjectsJson()).toEqual(expected.rows);
    expect(expected.rows.length).toBeGreaterThan(0);
  }
});
