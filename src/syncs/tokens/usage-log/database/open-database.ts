import { copyFileSync, constants, lstatSync, mkdtempSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileError } from '../../../../util/fs.ts';
import { openRegularFileSync } from '../../../../util/fs-sync.ts';
import { toDatabaseError } from './database-error.ts';
import { sideFileStats, walStats } from './database-files.ts';
import { loadSqlite, sqliteNodeVersion, type Connection } from './sqlite.ts';

export interface OpenDatabase extends Disposable {
  readonly connection: Connection;
  /** Whether what was read is valid, because no other program has written meanwhile. */
  readonly isUnchanged: () => boolean;
}

/** The schema may be hostile: it may not call functions with side effects, and the memory of SQLite has a limit. */
const pragmas = [
  'trusted_schema = OFF',
  'query_only = ON',
  'mmap_size = 0',
  `hard_heap_limit = ${String(256 * 1024 * 1024)}`,
];

/** Larger databases are not copied. */
const maxCopiedBytes = 512n * 1024n * 1024n;

/**
 * Opens the database of another program without writing beside it, or returns null if it is empty or missing.
 * Opened read-only, SQLite creates `-wal` and `-shm` beside a database with a write-ahead log; so
 * - without such a log, or with an empty one, the database is opened as immutable: nothing is created or locked;
 * - with a log and its index `-shm`, both are used as they are;
 * - with a log but no index, both files are copied and the copy is opened;
 * - a database with a rollback journal is opened read-only, which creates nothing.
 * https://www.sqlite.org/wal.html#read_only_databases, https://www.sqlite.org/uri.html
 *
 * Throws `FileError` and system errors.
 */
export function openDatabase(path: string, tmpDir: string): OpenDatabase | null {
  const mode = journalMode(path);
  if (mode === null) return null;
  if (mode === 'rollback') return connect(path, '?mode=ro');
  if (walStats(path) === null) return openImmutable(path);
  return sideFileStats(`${path}-shm`) === null ? openCopy(path, tmpDir) : connect(path, '?mode=ro');
}

/** Returns how the database writes; null if it is empty or missing. */
function journalMode(path: string): 'wal' | 'rollback' | null {
  using file = openRegularFileSync(path);
  if (file === null || file.stats.size === 0) return null;
  // https://www.sqlite.org/fileformat.html#the_database_header
  const header = Buffer.alloc(100);
  readSync(file.fd, header, 0, header.length, 0);
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new FileError('EINVAL', path, 'is not an SQLite database, or is encrypted');
  }
  return header[18] === 2 ? 'wal' : 'rollback';
}

function openImmutable(path: string): OpenDatabase {
  const keyOf = (): string => {
    const { ino, size, mtimeNs } = lstatSync(path, { bigint: true });
    return [ino, size, mtimeNs].join(' ');
  };
  const key = keyOf();
  return { ...connect(path, '?immutable=1'), isUnchanged: () => keyOf() === key };
}

function openCopy(path: string, tmpDir: string): OpenDatabase {
  const size = [path, `${path}-wal`].reduce(
    (sum, file) => sum + (sideFileStats(file)?.size ?? 0n),
    0n,
  );
  if (size > maxCopiedBytes) {
    const problem = 'was not closed properly and is too large to copy: start its program once';
    throw new FileError('EFBIG', path, problem);
  }
  const dir = mkdtempSync(join(tmpDir, 'sync-runner-database-'));
  const remove = (): void => {
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const copy = join(dir, 'copy.db');
    const key = copyKey(path);
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
    copyFileSync(`${path}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
    const database = connect(copy, '');
    return {
      connection: database.connection,
      isUnchanged: () => copyKey(path) === key,
      [Symbol.dispose]: () => {
        database[Symbol.dispose]();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

const copyKey = (path: string): string =>
  [lstatSync(path, { bigint: true }), walStats(path)]
    .map((stats) => `${String(stats?.size)} ${String(stats?.mtimeNs)}`)
    .join(' ');

function connect(path: string, query: string): OpenDatabase {
  const sqlite = loadSqlite();
  if (sqlite === null) {
    throw new FileError('ENOTSUP', path, `needs Node.js ${sqliteNodeVersion} or later`);
  }
  let connection: Connection;
  try {
    connection = new sqlite.DatabaseSync(new URL(pathToFileURL(path).href + query), {
      readOnly: query !== '',
      allowExtension: false,
    });
  } catch (error) {
    throw toDatabaseError(error, path);
  }
  const close = (): void => {
    connection.close();
  };
  try {
    for (const pragma of pragmas) connection.exec(`PRAGMA ${pragma}`);
  } catch (error) {
    close();
    throw toDatabaseError(error, path);
  }
  return { connection, isUnchanged: () => true, [Symbol.dispose]: close };
}
