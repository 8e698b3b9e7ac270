import * as z from 'zod/mini';
import { UserError } from '../util/errors.ts';
import type { Database } from './database/client.ts';
import { errorCodeOf } from './database/database-error.ts';
import { grantSql, migrate, roleSettings, type Grants } from './database/migrate.ts';

/** Creates or raises the schema and grants rights. Returns the versions, and the SQL that an administrator must run. */
export async function migrateAndGrant(
  database: Database,
  grants: Grants,
): Promise<{ readonly from: number; readonly to: number; readonly left: readonly string[] }> {
  const versions = await migrate(database);
  const sql = grantSql(grants);
  if (sql !== '') await database.query(sql);
  const left: string[] = [];
  for (const setting of roleSettings(grants)) {
    try {
      await database.query(setting);
    } catch (error) {
      if (!(error instanceof UserError) || errorCodeOf(error.cause) !== '42501') throw error;
      left.push(`${setting};`);
    }
  }
  return { ...versions, left };
}

const hostRows = z.array(z.object({ host_id: z.string(), name: z.string() }));

/** Deletes a host, given its name or id, with everything that it has published. Returns its name. */
export async function forgetHost(database: Database, wanted: string): Promise<string> {
  const rows = hostRows.parse(
    await database.query(
      'SELECT host_id::text, name FROM sync_runner.host WHERE host_id::text = $1 OR name = $1 ORDER BY 1',
      [wanted],
    ),
  );
  const [host, ...others] = rows;
  if (host === undefined) {
    throw new UserError('usage', `the fleet has no host ${wanted}`, {
      hint: 'sync-runner fleet --json',
    });
  }
  if (others.length > 0) {
    const ids = rows.map((one) => one.host_id).join(', ');
    throw new UserError('usage', `several hosts are called ${wanted}`, {
      hint: `name one by its id: ${ids}`,
    });
  }
  await database.query('DELETE FROM sync_runner.host WHERE host_id = $1', [host.host_id]);
  await settle(database);
  return host.name;
}

/** Deletes days, and runs, that are older. Returns the number of rows. */
export async function pruneFleet(
  database: Database,
  { keepDays, runDays }: { readonly keepDays: number; readonly runDays: number },
): Promise<number> {
  const before = (table: string, column: string, days: number): string =>
    `DELETE FROM sync_runner.${table} WHERE ${column} < now() - interval '${String(days)} days' RETURNING 1`;
  const statements = [
    ...['token_day', 'project_day', 'quality_day'].map((table) => before(table, 'day', keepDays)),
    before('run', 'run', runDays),
  ];
  let deleted = 0;
  for (const statement of statements) {
    const [row] = await database.query(
      `WITH gone AS (${statement}) SELECT count(*)::int AS count FROM gone`,
    );
    deleted += Number(row?.['count'] ?? 0);
  }
  await database.query(before('token_set', 'day', keepDays));
  await settle(database);
  return deleted;
}

/** Of equal usage of several hosts, another one counts now. */
const settle = (database: Database): Promise<unknown> =>
  database.query('SELECT sync_runner.settle()');
