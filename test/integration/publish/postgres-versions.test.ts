import { describe, expect, test } from 'vitest';
import { connect } from '../../../src/publish/database/client.ts';
import { parseDatabaseUrl } from '../../../src/publish/database/database-url.ts';
import { readFleet } from '../../../src/publish/fleet-overview.ts';
import { FleetWorkspace, storedSums } from '../../helpers/fleet-workspace.ts';
import { postgresBins, startPostgres } from '../../helpers/postgres.ts';

const bins = postgresBins();

test('PostgreSQL of the system and of npm are installed (skipped without CI)', ({ skip }) => {
  if (process.env['CI'] === undefined) skip();
  expect(bins).toHaveLength(2);
});

describe.each(bins)('PostgreSQL in %s', (bin) => {
  test('a host publishes twice and is shown to a reader', async () => {
    await using server = await startPostgres(bin);
    const database = await server.createDatabase();
    const workspace = new FleetWorkspace({ seed: 500, projects: 3, days: 10 });
    await workspace.publish(database, { chunkBytes: 4000 });
    workspace.run();
    await workspace.publish(database);
    expect(await storedSums(database, workspace.identity().id)).toEqual(workspace.expected());
    // `readFleet` shows this month.
    await database.sql("DELETE FROM sync_runner.token_day WHERE day < '2026-11-28'");
    await database.sql("UPDATE sync_runner.token_day SET day = (now() AT TIME ZONE 'UTC')::date");
    const url = database.url('reader');
    const connection = await connect({
      address: parseDatabaseUrl(url, 'url', { hasAuthority: false }),
      authority: null,
      signal: new AbortController().signal,
      subject: 'url',
    });
    const { hosts, costs, projects } = await readFleet(connection);
    connection.close();
    expect(hosts).toMatchObject([{ name: 'host-500', silent: false, superseded: false }]);
    expect(costs).toMatchObject([{ source: 'claude-code', kind: 'log', hosts: 1 }]);
    expect(projects).toHaveLength(3);
    workspace.remove();
  });
});
