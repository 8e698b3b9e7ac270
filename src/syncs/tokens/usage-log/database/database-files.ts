import { lstatSync, type BigIntStats } from 'node:fs';
import { contentKey, FileError, statKey } from '../../../../util/fs.ts';

/**
 * Returns the key of a database: it changes whenever a transaction is committed, which changes the file or its
 * write-ahead log. Without the ctime of the log, which a reader with root privileges changes. Throws system errors.
 */
export function databaseKey(path: string, stats: BigIntStats): string {
  const wal = walStats(path);
  return wal === null ? statKey(stats) : `${statKey(stats)} ${contentKey(wal)}`;
}

/** Returns the stats of the write-ahead log of a database; null if there is none or it is empty. */
export const walStats = (path: string): BigIntStats | null => sideFileStats(`${path}-wal`);

/** Returns the stats of a file that SQLite keeps beside a database; null if it is missing or empty. */
export function sideFileStats(path: string): BigIntStats | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isFile()) throw new FileError('ENXIO', path, 'is not a regular file');
  return stats.size === 0n ? null : stats;
}
