import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Executes statements, one JSON string per line, and confirms each; Python, because Node.js 20 has no SQLite. */
const program = `
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    connection.executescript(json.loads(line))
    print('done', flush=True)
connection.close()
`;

/** Another program that holds a database open. */
export interface SqliteWriter extends AsyncDisposable {
  readonly exec: (sql: string) => Promise<void>;
  /** Closes the database as SQLite does: the last connection removes the write-ahead log. */
  readonly close: () => Promise<void>;
  /** Kills the program, which leaves all files as they are. */
  readonly kill: () => Promise<void>;
}

export function startSqliteWriter(path: string): SqliteWriter {
  const child = spawn('python3', ['-c', program, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const close = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return {
    exec: async (sql) => {
      child.stdin.write(`${JSON.stringify(sql)}\n`);
      const { done } = await lines.next();
      if (done === true) throw new Error(`failed: ${sql}`);
    },
    close,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Executes SQL in a database and closes it. */
export function execSql(path: string, sql: string): void {
  const { status, stderr } = spawnSync('python3', ['-c', program, path], {
    input: `${JSON.stringify(sql)}\n`,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

/** Returns a value as an SQL literal. */
export const sqlValue = (value: string | number | null): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** Returns a statement that inserts or replaces a row. */
export const insertRow = (
  table: string,
  row: Readonly<Record<string, string | number | null>>,
): string =>
  `INSERT OR REPLACE INTO ${table} (${Object.keys(row).join(', ')})
   VALUES (${Object.values(row).map(sqlValue).join(', ')});`;
