import type { Warning } from '../../../contract/status.ts';
import type { Pause } from '../../../pause.ts';
import type { FoundLog } from './find-logs.ts';
import { createLineReader, type LineReader } from './line-reader.ts';
import { isContinued, openLog, tailOf, type OpenLog } from './log-file.ts';
import { problemOf } from './problem.ts';
import { addRecord, toRecord, type Log, type Responses } from './responses.ts';
import { startFolder } from './start-folder.ts';
import type { Checkpoint, LogState, StoredState } from './state.ts';
import { createLineParser, type LineParser } from './usage-line.ts';

export interface LogsRead {
  readonly logs: ReadonlyMap<string, LogState>;
  /** What all logs say; null when none was read, so that what was stored is still true. */
  readonly responses: Responses | null;
  readonly problems: readonly Warning[];
}

interface Tools {
  readonly reader: LineReader;
  readonly parse: LineParser;
}

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
  options: {
    readonly pause: Pause;
    readonly onProgress: (done: number, total: number, name: string) => void;
  },
): Promise<LogsRead | null> {
  const { pause, onProgress } = options;
  const logs = new Map(state?.logs);
  const problems: Warning[] = [];
  const changed = found.filter((one) => !isAsBefore(one, logs.get(one.path)?.checkpoint));
  const replaced = await findReplaced(changed, logs, pause);
  const tools = { reader: createLineReader(pause), parse: createLineParser() };
  let responses: Responses | null = null;

  for (const [index, { path, folder }] of changed.entries()) {
    await pause();
    onProgress(index, changed.length, folder);
    try {
      using file = openLog(path);
      responses ??= state === null ? new Map() : await state.responses(replaced, pause);
      if (responses === null) return null;
      const known = logs.get(path);
      const log = known?.log ?? { path, folder };
      const begun = known === undefined || replaced.has(log) ? unread : known.checkpoint;
      // Kept whatever happens below: what it has told by then refers to it.
      logs.set(path, { log, checkpoint: begun });
      logs.set(path, { log, checkpoint: await readLog(file, log, begun, responses, tools) });
    } catch (error) {
      const problem = problemOf(error, path);
      if (problem) problems.push(problem);
    }
  }
  return { logs, responses, problems };
}

function isAsBefore(found: FoundLog, checkpoint: Checkpoint | undefined): boolean {
  if (checkpoint === undefined) return false;
  const { inode, size, mtimeMs } = checkpoint;
  return found.inode === inode && found.size === size && found.mtimeMs === mtimeMs;
}

/** The logs that have become others under the same name; one that can't be read is not judged. */
async function findReplaced(
  changed: readonly FoundLog[],
  logs: ReadonlyMap<string, LogState>,
  pause: Pause,
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

/** Adds what the rest of a log says to the responses. Throws system errors. */
async function readLog(
  { fd, stats }: OpenLog,
  log: Log,
  begun: Checkpoint,
  responses: Responses,
  { reader, parse }: Tools,
): Promise<Checkpoint> {
  const leftOut = { ...begun.leftOut };
  const leaveOut = (kind: string, lines: number): void => {
    leftOut[kind] = (leftOut[kind] ?? 0) + lines;
  };
  const starts = new Map<string, string | null>();
  const startOf = (cwd: string): string | null => {
    const known = starts.get(cwd);
    if (known !== undefined) return known;
    const start = startFolder(cwd, log.folder);
    starts.set(cwd, start);
    return start;
  };
  let { start } = begun;
  const range = { fd, from: begun.offset, to: stats.size };
  const { offset, tooLong } = await reader.read(range, (bytes, from, to) => {
    const line = parse(bytes, from, to);
    if (line === null) return;
    if (typeof line === 'string') {
      leaveOut(line, 1);
      return;
    }
    const own = line.cwd === null ? null : startOf(line.cwd);
    start ??= own;
    addRecord(responses, line.key, toRecord(line, log, own));
  });
  if (tooLong > 0) leaveOut('tooLong', tooLong);
  return {
    inode: stats.ino,
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    offset,
    tail: tailOf(fd, offset),
    start,
    leftOut,
  };
}
