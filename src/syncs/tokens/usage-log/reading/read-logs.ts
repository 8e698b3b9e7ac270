import { basename, dirname } from 'node:path';
import type { Diagnostic } from '../../../../util/diagnostic.ts';
import { openRegularFileSync, readRegularFileSync } from '../../../../util/fs-sync.ts';
import { formatOf, type Log, type LogFormat } from '../agent.ts';
import { unpackRecords } from '../records/pack-records.ts';
import { RecordTable } from '../records/record-table.ts';
import type { Checkpoint, LogState } from '../state.ts';
import type { UpdateOptions } from '../update-usage.ts';
import type { LogJob } from './log-batch.ts';
import { isContinued } from './log-tail.ts';
import { readJobs, readJobsWithWorker } from './read-jobs.ts';

export interface LogsRead {
  readonly logs: ReadonlyMap<string, LogState>;
  /** The records of all logs; null if no log was read and those of the state are current. */
  readonly records: RecordTable | null;
  readonly warnings: readonly Diagnostic[];
}

/** Reading fewer new bytes takes less time than starting a worker. */
const minBytesForWorker = 100_000_000;

const unread: Checkpoint = {
  statKey: '',
  inode: 0,
  offset: 0,
  tail: 0,
  parserState: null,
  project: null,
  skipped: {},
};

/**
 * Reads the new content of the logs: nothing of an unchanged log, the new lines of one that has grown, and all other
 * logs from the start. The records of a replaced log are dropped, those of a log that is gone are retained. A log
 * that can't be read is a warning, and read in the next run. Throws `FileError` with code `EMFILE`.
 */
export async function readLogs(options: UpdateOptions): Promise<LogsRead> {
  const { agent, found, state, context, yieldToEventLoop } = options;
  const logs = new Map(state?.logs);
  const changed = found.filter(
    ({ path, statKey }) => logs.get(path)?.checkpoint.statKey !== statKey,
  );
  const replaced = await findReplaced(changed, { agent, logs, yieldToEventLoop });
  const jobs = changed.map(({ path, logDir, statKey }): LogJob => {
    const known = logs.get(path);
    const log = known?.log ?? { path, logDir };
    const checkpoint = known === undefined || replaced.has(log) ? unread : known.checkpoint;
    return { log, statKey, checkpoint };
  });
  const records = new RecordTable();
  if (state !== null && jobs.some(({ log }) => isReadable(log))) {
    const stored = [...state.logs.values()].map(({ log }) => log);
    const unpack = { logs: stored, except: replaced, into: records, yieldToEventLoop };
    await unpackRecords(state.records, unpack);
  }

  const newBytes = changed.reduce(
    (sum, { size }, index) => sum + Math.max(0, size - (jobs[index]?.checkpoint.offset ?? 0)),
    0,
  );
  const { system, signal, progress: onProgress } = context;
  const useWorker = newBytes > minBytesForWorker && system.parallelism > 1;
  const read = useWorker ? readJobsWithWorker : readJobs;
  const { checkpoints, warnings } = await read(jobs, {
    agent,
    records,
    system,
    signal,
    yieldToEventLoop,
    onProgress,
  });
  for (const [index, { log, checkpoint }] of jobs.entries()) {
    // Also after an error, because records that were read before it refer to the log.
    logs.set(log.path, { log, checkpoint: checkpoints.get(index) ?? checkpoint });
  }
  return { logs, records: checkpoints.size > 0 ? records : null, warnings };
}

function isReadable({ path }: Log): boolean {
  try {
    using file = openRegularFileSync(path);
    return file !== null;
  } catch {
    // Reading the log reports the reason.
    return false;
  }
}

/** Returns the logs whose earlier records no longer count. Unreadable logs are not among them. */
async function findReplaced(
  changed: readonly Pick<Log, 'path'>[],
  {
    agent,
    logs,
    yieldToEventLoop,
  }: Pick<UpdateOptions, 'agent' | 'yieldToEventLoop'> & Pick<LogsRead, 'logs'>,
): Promise<ReadonlySet<Log>> {
  const replaced = new Set<Log>();
  for (const { path } of changed) {
    const known = logs.get(path);
    const format = formatOf(agent, basename(path), dirname(path));
    if (known === undefined || format === undefined) continue;
    await yieldToEventLoop();
    try {
      if (isReplaced(path, format, known.checkpoint)) replaced.add(known.log);
    } catch {
      // Reading the log reports the reason.
    }
  }
  return replaced;
}

function isReplaced(path: string, format: LogFormat, checkpoint: Checkpoint): boolean {
  if (format.type === 'lines') {
    using file = openRegularFileSync(path);
    return file !== null && !isContinued(file, checkpoint);
  }
  if (format.type !== 'document' || format.sumsRemoved === undefined) return false;
  const file = readRegularFileSync(path, { maxBytes: format.maxBytes });
  return file !== null && format.sumsRemoved(file.bytes);
}
