import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Project } from '../../../src/schema/projects.ts';
import type { TokenEntry } from '../../../src/schema/tokens.ts';
import {
  gitOf,
  projectOf,
  projectsSnapshot,
  qualityOf,
  qualitySnapshot,
  tokensSnapshot,
  usageOf,
} from '../../helpers/snapshots.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';

const script = await readFile(
  resolve(import.meta.dirname, '../../../deploy/duckdb/fleet.sql'),
  'utf8',
);

interface Machine {
  readonly projects: readonly Project[];
  readonly daily?: readonly TokenEntry[];
  /** The organization of the bill. */
  readonly organization?: string;
}

/** Opens the script on the files of several machines. */
async function openFleet(
  root: string,
  machines: Readonly<Record<string, Machine>>,
): Promise<DuckDBConnection> {
  for (const [host, { projects, daily = [], organization }] of Object.entries(machines)) {
    const quality = projects.map(({ id }) => qualityOf(id, { percent: 80.5, todos: 3 }));
    const tokens = tokensSnapshot(daily);
    const bill = tokens.sources['anthropic-api'];
    if (bill && organization !== undefined) {
      tokens.sources['anthropic-api'] = { ...bill, organization };
    }
    const run = '2026-11-23T08:45:00.000Z';
    const files = {
      'projects.json': projectsSnapshot(...projects),
      'quality.json': qualitySnapshot(...quality),
      'tokens.json': tokens,
      'sync-status.json': { run: { id: run, outcome: 'success', trigger: 'manual' } },
    };
    await mkdir(join(root, 'fleet', host), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(root, 'fleet', host, name), JSON.stringify(content));
    }
  }
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`SET VARIABLE fleet = '${join(root, 'fleet')}'`);
  await connection.run(script);
  return connection;
}

const rows = async (connection: DuckDBConnection, sql: string): Promise<unknown> =>
  (await connection.runAndReadAll(sql)).getRowObjectsJson();

const usage = (changes: Partial<TokenEntry>): TokenEntry =>
  usageOf('2026-11-22', { id: 'web', responses: 7, costUsd: '1.250001', ...changes });

test('deploy/duckdb/fleet.sql has one row for two checkouts of one repository with differently spelled remotes', async () => {
  await using workspace = await temporaryWorkspace();
  const checkout = (remote: string | null, changes: object): Project =>
    projectOf('web', { git: gitOf({ remote, ...changes }) });
  const connection = await openFleet(workspace.root, {
    ada: { projects: [checkout('git@github.com:Acme/Web.git', { dirty: true, behind: 4 })] },
    bob: { projects: [checkout('https://github.com/acme/web', { dirty: false, behind: 0 })] },
    eve: {
      projects: [
        checkout('ssh://git@github.com:22/acme/web/', {}),
        projectOf('notes', { git: gitOf({ remote: '/srv/git/notes' }) }),
      ],
    },
  });
  expect(
    await rows(
      connection,
      'SELECT project_key, checkouts, dirty_anywhere, most_behind, coverage, todos FROM projects ORDER BY 1',
    ),
  ).toEqual([
    {
      project_key: 'github.com/acme/web',
      checkouts: '3',
      dirty_anywhere: true,
      most_behind: '4',
      coverage: 80.5,
      todos: '3',
    },
    {
      project_key: 'host:eve/notes',
      checkouts: '1',
      dirty_anywhere: false,
      most_behind: null,
      coverage: 80.5,
      todos: '3',
    },
  ]);
  expect(await rows(connection, 'SELECT name, outcome FROM hosts ORDER BY 1')).toEqual([
    { name: 'ada', outcome: 'success' },
    { name: 'bob', outcome: 'success' },
    { name: 'eve', outcome: 'success' },
  ]);
});

test('deploy/duckdb/fleet.sql counts synchronized logs and a shared bill once, and different bills both', async () => {
  await using workspace = await temporaryWorkspace();
  const bill = usage({
    source: 'anthropic-api',
    costBasis: 'billed',
    costUsd: '9.000000',
    project: null,
    id: null,
  });
  const machine = (organization: string, ...daily: readonly TokenEntry[]): Machine => ({
    projects: [projectOf('web')],
    organization,
    daily,
  });
  const connection = await openFleet(workspace.root, {
    ada: machine('acme', usage({}), usage({ date: '2026-11-21', responses: 2 }), bill),
    bob: machine('acme', usage({}), usage({ date: '2026-11-21', responses: 2 }), bill),
    eve: machine(
      'other',
      usage({ tokens: null, responses: null, costUsd: null, costBasis: 'unknown' }),
      bill,
    ),
  });
  expect(
    await rows(
      connection,
      'SELECT host, kind, day, cost_usd FROM tokens ORDER BY kind, day, host, cost_usd',
    ),
  ).toEqual([
    { host: 'ada', kind: 'bill', day: '2026-11-22', cost_usd: '9.000000' },
    { host: 'eve', kind: 'bill', day: '2026-11-22', cost_usd: '9.000000' },
    { host: 'ada', kind: 'log', day: '2026-11-21', cost_usd: '1.250001' },
    { host: 'bob', kind: 'log', day: '2026-11-21', cost_usd: '1.250001' },
    { host: 'ada', kind: 'log', day: '2026-11-22', cost_usd: '1.250001' },
    { host: 'eve', kind: 'log', day: '2026-11-22', cost_usd: null },
  ]);
});
