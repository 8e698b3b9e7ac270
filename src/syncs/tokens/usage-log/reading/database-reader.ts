import { FileError } from '../../../../util/fs.ts';
import type { DatabaseFormat } from '../agent.ts';
import { toDatabaseError } from '../database/database-error.ts';
import { walStats } from '../database/database-files.ts';
import { LogDatabase, type Cursors, type LogDatabaseOptions } from '../database/log-database.ts';
import { openDatabase } from '../database/open-database.ts';
import { RecordTable } from '../records/record-table.ts';
import type { LogJob, ReadLog, ReaderOptions } from './log-batch.ts';
import { createSink, type Sink } from './sink.ts';

/** How often a database is read that is changed meanwhile. */
const maxAttempts = 3;

interface DatabaseRead {
  readonly records: RecordTable;
  readonly result: ReturnType<Sink['result']>;
  readonly cursors: Cursors;
}

/** Adds the records of a database only when all of it was read without a concurrent change. */
export function createDatabaseReader(
  format: DatabaseFormat,
  { records, tmpDir, yieldToEventLoop }: ReaderOptions,
): ReadLog {
  const readRows = format.createReader();

  const attempt = async (
    { log, checkpoint }: LogJob,
    options: Omit<LogDatabaseOptions, 'connection'>,
  ): Promise<DatabaseRead | null> => {
    const added = new RecordTable();
    let sink = createSink(added, log, checkpoint);
    using file = openDatabase(log.path, tmpDir);
    if (file === null) return { records: added, result: sink.result(), cursors: new Map() };
    try {
      const database = new LogDatabase({ ...options, connection: file.connection });
      const restarted = createSink(added, log, { ...checkpoint, skipped: {} });
      for (const entry of readRows(log, database)) {
        if (database.isRestarted) sink = restarted;
        const isCounted = entry !== null && (typeof entry !== 'string' || !database.isRepeated);
        if (isCounted) sink.add(entry);
        await yieldToEventLoop();
      }
      if (!file.isUnchanged()) return null;
      return { records: added, result: sink.result(), cursors: database.position };
    } catch (error) {
      // What looks like damage may be a page that was written meanwhile.
      if (!file.isUnchanged()) return null;
      throw toDatabaseError(error, log.path);
    }
  };

  return async ({ stats }, job) => {
    const { log, statKey } = job;
    const isSameFile = job.checkpoint.inode === stats.ino;
    const checkpoint = isSameFile ? job.checkpoint : { ...job.checkpoint, skipped: {} };
    const cursors = isSameFile ? (checkpoint.parserState as Cursors | null) : null;
    for (let count = 0; count < maxAttempts; count += 1) {
      const changedMs = Math.max(stats.mtimeMs, Number(walStats(log.path)?.mtimeMs ?? 0));
      const options = { cursors: cursors ?? new Map(), changedMs };
      const read = await attempt({ ...job, checkpoint }, options);
      if (read === null) continue;
      for (const [key, firstRow] of read.records.first) {
        for (const row of read.records.rowsFrom(firstRow)) {
          records.add(log, { key, ...read.records.recordOf(row) });
        }
      }
      return {
        statKey,
        inode: stats.ino,
        offset: 0,
        tail: 0,
        parserState: read.cursors,
        ...read.result,
        // A database is about all projects.
        project: null,
      };
    }
    const problem = 'the database was changed while it was read; it is read again in the next run';
    throw new FileError('EBUSY', log.path, problem);
  };
}
