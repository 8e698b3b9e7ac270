/** The part of `node:sqlite` that is used; https://nodejs.org/docs/latest-v22.x/api/sqlite.html. */
export interface Sqlite {
  readonly DatabaseSync: new (
    path: URL,
    options: { readonly readOnly: boolean; readonly allowExtension: boolean },
  ) => Connection;
}

export interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export interface Statement {
  setReadBigInts(enabled: boolean): void;
  iterate(...parameters: readonly (string | bigint)[]): Iterable<SqliteRow>;
}

/** By name of the column. Integers are of type bigint. */
export type SqliteRow = Readonly<Record<string, unknown>>;

/** The first version whose `node:sqlite` takes a URL, which is needed to open a database as immutable. */
export const sqliteNodeVersion = '22.15';

let loaded: Sqlite | null | undefined;

/** Returns `node:sqlite`, or null if this version of Node.js lacks it. It is loaded by the first call. */
export const loadSqlite = (): Sqlite | null => (loaded ??= load());

function load(): Sqlite | null {
  // eslint-disable-next-line no-restricted-globals -- The only way to load a module that may be missing.
  const node = process;
  const emitWarning = node.emitWarning.bind(node);
  // Node.js 22 and 24 report that the module is experimental, which is of no use to a user.
  node.emitWarning = () => undefined;
  try {
    const sqlite = node.getBuiltinModule('node:sqlite') as Sqlite | undefined;
    return sqlite !== undefined && acceptsUrls(sqlite) ? sqlite : null;
  } finally {
    node.emitWarning = emitWarning;
  }
}

function acceptsUrls({ DatabaseSync }: Sqlite): boolean {
  try {
    new DatabaseSync(new URL('file:///?mode=memory'), {
      readOnly: false,
      allowExtension: false,
    }).close();
    return true;
  } catch {
    return false;
  }
}
