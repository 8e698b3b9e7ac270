import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishWarning } from '../../../src/publish/publish-after-run.ts';
import { FleetWorkspace, storedSums } from '../../helpers/fleet-workspace.ts';
import { startPostgres, type TestDatabase, type TestPostgres } from '../../helpers/postgres.ts';

let server: TestPostgres;
const workspaces: FleetWorkspace[] = [];

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  for (const workspace of workspaces) workspace.remove();
  await server[Symbol.asyncDispose]();
});

let seed = 0;
function newWorkspace(
  size: { readonly projects?: number; readonly days?: number } = {},
): FleetWorkspace {
  seed += 1;
  const workspace = new FleetWorkspace({ seed, ...size });
  workspaces.push(workspace);
  return workspace;
}
const copyOf = (original: FleetWorkspace): FleetWorkspace => {
  const copy = original.clone();
  workspaces.push(copy);
  return copy;
};

async function expectExact(database: TestDatabase, workspace: FleetWorkspace): Promise<void> {
  expect(await storedSums(database, workspace.identity().id)).toEqual(workspace.expected());
}

test('publish sends everything, then what has changed, then nothing', async () => {
  const database = await server.createDatabase();
  const workspace = newWorkspace();
  const first = await workspace.publish(database, { chunkBytes: 8000 });
  expect(first).toMatchObject({ type: 'done', refused: [], copyOf: null });
  await expectExact(database, workspace);
  workspace.run();
  expect(await workspace.publish(database)).toMatchObject({ type: 'done', pushes: 1 });
  await expectExact(database, workspace);
  expect(await workspace.publish(database)).toMatchObject({ type: 'unchanged', pushes: 0 });
});

test('publish continues with the same host when the database is set back, emptied, or the cache is lost', async () => {
  const database = await server.createDatabase();
  const workspace = newWorkspace();
  await workspace.publish(database);
  const { id } = workspace.identity();
  const tables =
    'host source project quality token_set token_day project_day quality_day run'.split(' ');
  await database.sql('CREATE SCHEMA backup');
  for (const table of tables)
    await database.sql(`CREATE TABLE backup.${table} AS TABLE sync_runner.${table}`);
  for (let count = 0; count < 3; count += 1) {
    workspace.run();
    await workspace.publish(database);
  }
  await database.sql('TRUNCATE sync_runner.host CASCADE');
  for (const table of tables)
    await database.sql(`INSERT INTO sync_runner.${table} SELECT * FROM backup.${table}`);
  workspace.run();
  expect(await workspace.publish(database)).toMatchObject({ type: 'done', copyOf: null });
  await expectExact(database, workspace);

  await database.sql('TRUNCATE sync_runner.host CASCADE');
  workspace.run();
  await workspace.publish(database);
  await expectExact(database, workspace);

  rmSync(workspace.paths.cache('fleet'));
  workspace.run();
  await workspace.publish(database);
  await expectExact(database, workspace);
  expect(workspace.identity().id).toBe(id);
  expect(await database.value('SELECT count(*) FROM sync_runner.host')).toBe('1');
});

test('publish takes a new identity once when the workspace is a copy or an older backup', async () => {
  const database = await server.createDatabase();
  const original = newWorkspace();
  await original.publish(database);
  const { id } = original.identity();
  const copy = copyOf(original);
  for (let count = 0; count < 3; count += 1) {
    original.run();
    expect(await original.publish(database)).toMatchObject({ copyOf: null });
    copy.run();
    const name = `host-${String(original.identity().id === id ? seed : 0)}`;
    const result = await copy.publish(database);
    expect(result).toMatchObject({ copyOf: count === 0 ? name : null });
    expect(publishWarning(result)?.code).toBe(count === 0 ? 'fleet-copy' : undefined);
  }
  expect(original.identity().id).toBe(id);
  expect(copy.identity()).toMatchObject({ parent: id });
  await expectExact(database, original);
  await expectExact(database, copy);
  const again = await database.value(
    `SELECT count(*) FROM sync_runner.token_day WHERE again AND host_id = '${copy.identity().id}'`,
  );
  // Only the usage of the day of the copy differs.
  expect(Number(again)).toBeGreaterThanOrEqual(19 * 6);
  expect(await database.value('SELECT count(*) FROM sync_runner.host')).toBe('2');

  const backup = copyOf(original);
  for (let count = 0; count < 2; count += 1) {
    original.run();
    await original.publish(database);
  }
  cpSync(backup.paths.data, original.paths.data, { recursive: true });
  original.run();
  expect(await original.publish(database)).toMatchObject({ type: 'done' });
  expect(original.identity()).toMatchObject({ parent: id });
  expect(await database.value('SELECT count(*) FROM sync_runner.hosts WHERE superseded')).toBe('1');
});

test('publish is refused when the secret or the role is not that of the host', async () => {
  const database = await server.createDatabase();
  const workspace = newWorkspace();
  await workspace.publish(database);
  const stranger = copyOf(workspace);
  const identity = { ...stranger.identity(), secret: 'another secret of a stranger' };
  writeFileSync(stranger.paths.fleet, JSON.stringify(identity));
  stranger.run();
  await expect(stranger.publish(database)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(
      /^the database has another host with this id \(host-\d+, last push 20/,
    ) as string,
    hint: 'remove data/fleet.json to publish as a new host',
  });
  workspace.run();
  const other = { ...database, url: () => database.url('writer2') };
  await expect(workspace.publish(other)).rejects.toMatchObject({ code: 'config' });
  expect(existsSync(workspace.paths.publishLock)).toBe(false);
});

test('publish keeps the id of a renamed host, removes a project that is hidden now with its days, and sends all of it again when it is shown', async () => {
  const database = await server.createDatabase();
  const workspace = newWorkspace({ projects: 3, days: 4 });
  await workspace.publish(database);
  workspace.run();
  await workspace.publish(database, { fleet: { name: 'renamed', hideProjects: ['project-1'] } });
  expect(await database.sql('SELECT name FROM sync_runner.hosts')).toEqual([{ name: 'renamed' }]);
  for (const table of ['project', 'quality', 'project_day', 'quality_day']) {
    const ids = await database.sql(
      `SELECT DISTINCT project_id AS id FROM sync_runner.${table} ORDER BY 1`,
    );
    expect(ids).toEqual([{ id: 'project-0' }, { id: 'project-2' }]);
  }
  // Its usage stays, without the project.
  const { output, cost } = workspace.expected();
  expect(await storedSums(database, workspace.identity().id)).toMatchObject({ output, cost });
  const scopes = await database.sql('SELECT DISTINCT scope FROM sync_runner.token_day ORDER BY 1');
  expect(scopes.map(({ scope }) => scope)).toEqual(['', 'project-0', 'project-2']);

  await workspace.publish(database);
  await expectExact(database, workspace);
});

test('publish with fleet.identity "name" continues as the same host in a workspace that lost its identity', async () => {
  const database = await server.createDatabase();
  const fleet = { identity: 'name', team: 'ci', name: 'runner' };
  const first = newWorkspace();
  await first.publish(database, { fleet });
  const second = copyOf(first);
  rmSync(second.paths.fleet);
  rmSync(second.paths.cache('fleet'));
  second.run();
  expect(await second.publish(database, { fleet })).toMatchObject({ type: 'done', copyOf: null });
  await expectExact(database, second);
  // The first one does not become a copy either.
  first.run();
  expect(await first.publish(database, { fleet })).toMatchObject({ type: 'done', copyOf: null });
  expect(await database.value('SELECT count(*) FROM sync_runner.host')).toBe('1');
});

test('publish reports that it is too old when a newer schema has dropped its protocol', async () => {
  const database = await server.createDatabase();
  await database.sql('ALTER FUNCTION sync_runner.push_1 RENAME TO push_2');
  await database.sql('ALTER FUNCTION sync_runner.manifest_1 RENAME TO manifest_2');
  await database.sql(`UPDATE sync_runner.meta SET protocols = '{2}'`);
  await expect(newWorkspace().publish(database)).rejects.toMatchObject({
    code: 'config',
    message: "this version is too old for the fleet's database",
    hint: 'update sync-runner',
  });
});
