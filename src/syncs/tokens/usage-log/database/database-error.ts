import { FileError } from '../../../../util/fs.ts';

/** By primary result code; https://www.sqlite.org/rescode.html. */
const problems: Readonly<Record<number, string>> = {
  5: 'the database is locked by another program',
  6: 'the database is locked by another program',
  7: 'the database needs too much memory',
  8: 'the database was not closed properly: start its program once',
  10: 'input/output error',
  11: 'the database is damaged',
  14: 'the database can not be opened',
  18: 'the database contains a value that is too large',
  26: 'is not an SQLite database, or is encrypted',
};

/** Returns an error of SQLite as a `FileError`; other errors unchanged. */
export function toDatabaseError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') {
    return error;
  }
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0;
  return new FileError(`SQLITE_${String(code)}`, path, problems[code] ?? error.message, error);
}

/** The tables of a database are not those of the agent. */
export const unknownSchema = (path: string): FileError =>
  new FileError('EINVAL', path, 'the database does not have the expected tables');
