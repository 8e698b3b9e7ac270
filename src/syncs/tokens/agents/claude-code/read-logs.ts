import type { Warning } from '../../../../schema/status.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import type { System } from '../../../../system/system.ts';
import type { FoundLog } from './find-logs.ts';
import { isContinued, openLog } from './log-file.ts';
import { readShare, type LogJob, type ShareRead } from './read-share.ts';
import { unpackResponses } from './response-table.ts';
import { noResponses, type Log, type Responses } from './responses.ts';
import type { Checkpoint, LogState, StoredState } from './state.ts';
import type { ThreadMessage, ThreadTask } from './read-thread.ts';

export interface LogsRead {
  readonly logs: ReadonlyMap<string, LogState>;
  /** What all logs say; null when none was read, so that what was stored is still true. */
  readonly responses: Responses | null;
  readonly problems: readonly Warning[];
}

export interface ReadLogsOptions {
  readonly system: System;
  readonly signal: AbortSignal;
  readonly pause: YieldToEventLoop;
  readonly onProgress: (done: number, total: number, name: string) => void;
}

/** Fewer new bytes are read sooner than a second thread has started. */
const bytesForThread = 100_000_000;

const unread: Checkpoint = {
  inode: 0,
  size: -1,
  mtimeMs: 0,
  offset: 0,
  tail: 0,
  start: null,
  leftOut: {},
};

/**
 * Reads what is new in the logs: nothing of a log whose inode, size and time are as they were, the new lines
 * of one that was continued, and all of any other. What a replaced log had told is forgotten; what a vanished
 * one had told stays. A log that can't be read is a problem, and tried again the next time. Null when the
 * stored responses are needed and damaged. Throws `FileError` EMFILE.
 */
export async function readLogs(
  found: readonly FoundLog[],
  state: StoredState | null,
  options: ReadLogsOptions,
): Promise<LogsRead | null> {
  const { pause } = options;
  const logs = new Map(state?.logs);
  const changed = found.filter((one) => !isAsBefore(one, logs.get(one.path)?.checkpoint));
  const replaced = await findReplaced(changed, logs, pause);
  const jobs = changed.map(({ path, folder }): LogJob => {
    const known = logs.get(path);
    const log = known?.log ?? { path, folder };
    const begun = known === undefined || replaced.has(log) ? unread : known.checkpoint;
    return { log, begun };
  });
  const isNeeded = state !== null && jobs.some(({ log }) => canBeOpened(log));
  const responses: Responses | null = isNeeded
    ? await state.responses(replaced, pause)
    : noResponses();
  if (responses === null) return null;

  const newBytes = changed.reduce(
    (sum, { size }, index) => sum + Math.max(0, size - (jobs[index]?.begun.offset ?? 0)),
    0,
  );
  const isLarge = newBytes > bytesForThread && options.system.parallelism > 1;
  const { checkpoints, problems } = isLarge
    ? await readByTwo(jobs, responses, options)
    : await readHere(jobs, oneByOne(jobs.keys()), responses, options);
  for (const [index, { log, begun }] of jobs.entries()) {
    // Kept also when reading failed on the way: what it has told by then refers to it.
    logs.set(log.path, { log, checkpoint: checkpoints.get(index) ?? begun });
  }
  return { logs, responses: checkpoints.size > 0 ? responses : null, problems };
}

/** Reads the jobs that `next` hands out, in this thread. */
function readHere(
  jobs: readonly LogJob[],
  next: () => number,
  responses: Responses,
  { pause, onProgress }: ReadLogsOptions,
): Promise<ShareRead> {
  return readShare(jobs, {
    next,
    responses,
    pause,
    onLog: (index, { folder }) => {
      onProgress(index, jobs.length, folder);
    },
  });
}

/**
 * Reads with a second thread, each taking the next log when it is done with one. The order does not matter:
 * what a log says is known by log. When the thread fails, what it took is read here.
 */
async function readByTwo(
  jobs: readonly LogJob[],
  responses: Responses,
  options: ReadLogsOptions,
): Promise<ShareRead> {
  const { system, signal, pause } = options;
  const counter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const task: ThreadTask = { jobs, counter };
  const end = new AbortController();
  const logs = jobs.map(({ log }) => log);
  const other: { share: ShareRead | null } = { share: null };
  let merged = Promise.resolve();
  const take = (message: ThreadMessage): void => {
    if (message.type === 'read') {
      other.share = message.share;
      return;
    }
    const packed = Buffer.from(message.packed.buffer);
    merged = merged.then(async () => {
      await unpackResponses(packed, { logs, except: new Set(), pause, into: responses });
    });
    merged.catch(() => undefined);
  };
  const thread = system
    .runInThread('read-logs', task, {
      signal: AbortSignal.any([signal, end.signal]),
      onMessage: (message) => {
        take(message as ThreadMessage);
      },
    })
    .catch(() => (other.share = null));
  let own: ShareRead;
  try {
    own = await readHere(jobs, () => Atomics.add(counter, 0, 1), responses, options);
  } catch (error) {
    end.abort();
    throw error;
  }
  await thread;
  signal.throwIfAborted();
  await merged;
  if (other.share === null) {
    const left = oneByOne([...jobs.keys()].filter((index) => !own.checkpoints.has(index)));
    return combine(own, await readHere(jobs, left, responses, options));
  }
  return combine(own, other.share);
}

const combine = (one: ShareRead, other: ShareRead): ShareRead => ({
  checkpoints: new Map([...one.checkpoints, ...other.checkpoints]),
  problems: [...one.problems, ...other.problems],
});

function oneByOne(indexes: Iterable<number>): () => number {
  const left = indexes[Symbol.iterator]() as Iterator<number, undefined>;
  return () => left.next().value ?? Infinity;
}

function isAsBefore(found: FoundLog, checkpoint: Checkpoint | undefined): boolean {
  if (checkpoint === undefined) return false;
  const { inode, size, mtimeMs } = checkpoint;
  return found.inode === inode && found.size === size && found.mtimeMs === mtimeMs;
}

function canBeOpened({ path }: Log): boolean {
  try {
    using _file = openLog(path);
    return true;
  } catch {
    // The same failure is told when the log is read.
    return false;
  }
}

/** The logs that have become others under the same name; one that can't be read is not judged. */
async function findReplaced(
  changed: readonly FoundLog[],
  logs: ReadonlyMap<string, LogState>,
  pause: YieldToEventLoop,
): Promise<ReadonlySet<Log>> {
  const replaced = new Set<Log>();
  for (const { path } of changed) {
    const known = logs.get(path);
    if (known === undefined) continue;
    await pause();
    try {
      using file = openLog(path);
      if (!isContinued(file, known.checkpoint)) replaced.add(known.log);
    } catch {
      // The same failure is told when the log is read.
    }
  }
  return replaced;
}
