import * as z from 'zod/mini';
import { UserError } from '../../util/errors.ts';
import { migrations, readerGrants, writerGrants } from './migrations.data.ts';

/** The part of a database connection that migrations need. */
export interface Queries {
  readonly query: (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** The roles that get rights; null for none. */
export interface Grants {
  readonly writer: string | null;
  readonly reader: string | null;
}

/** The lock of `fleet migrate`: the number is `sync` in ASCII. */
const lock = 'SELECT pg_advisory_xact_lock(1937337955, 0)';
const version = z.array(z.object({ schema_version: z.number() })).check(z.length(1));

/**
 * Creates the schema or raises it to the version of this program, each version in its own transaction. Returns the
 * version before and after. Throws `UserError` with code `config` if the database is newer.
 */
export async function migrate(
  database: Queries,
): Promise<{ readonly from: number; readonly to: number }> {
  const to = migrations.length;
  let from: number | null = null;
  for (;;) {
    await database.query('BEGIN');
    try {
      await database.query(lock);
      const current = await schemaVersion(database);
      from ??= current;
      if (current > to) throw newerSchema(current);
      const migration = migrations[current];
      if (migration === undefined) {
        await database.query('COMMIT');
        return { from, to };
      }
      await database.query(migration);
      await database.query('COMMIT');
    } catch (error) {
      await database.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

/** Returns 0 if the database has no schema. */
async function schemaVersion(database: Queries): Promise<number> {
  const [found] = await database.query(
    `SELECT to_regclass('sync_runner.meta') IS NOT NULL AS found`,
  );
  if (found?.['found'] !== true) return 0;
  const rows = version.parse(await database.query('SELECT schema_version FROM sync_runner.meta'));
  return rows[0]?.schema_version ?? 0;
}

const newerSchema = (current: number): UserError =>
  new UserError('config', `the database has version ${String(current)} of the schema`, {
    hint: 'update sync-runner',
  });

/** Returns the SQL that grants the rights of writers and readers, and none besides. */
export function grantSql({ writer, reader }: Grants): string {
  const writing = writer === null ? '' : writerGrants.replaceAll(':"role"', quoteName(writer));
  const reading = reader === null ? '' : readerGrants.replaceAll(':"role"', quoteName(reader));
  return writing + reading;
}

/** Returns settings of the roles that protect the database; only an administrator of roles may set them. */
export function roleSettings({ writer, reader }: Grants): readonly string[] {
  const set = (role: string | null, ...settings: readonly string[]): readonly string[] =>
    role === null ? [] : settings.map((one) => `ALTER ROLE ${quoteName(role)} SET ${one}`);
  return [
    ...set(writer, "statement_timeout = '60s'", "lock_timeout = '20s'"),
    ...set(reader, "statement_timeout = '60s'", 'default_transaction_read_only = on'),
  ];
}

/** Returns everything that `migrate` executes for a new database, for its owner to read. */
export const migrationSql = (grants: Grants): string =>
  [
    'BEGIN;',
    `${lock};`,
    ...migrations,
    grantSql(grants),
    'COMMIT;',
    ...roleSettings(grants).map((one) => `${one};`),
  ]
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n')
    .concat('\n');

const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
