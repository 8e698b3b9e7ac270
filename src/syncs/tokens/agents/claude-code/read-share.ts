import type { Warning } from '../../../../schema/status.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { createLineReader, type LineReader } from './line-reader.ts';
import { openLog, tailOf, type OpenLog } from './log-file.ts';
import { problemOf } from './problem.ts';
import { addRecord, toRecord, type Log, type Responses } from './responses.ts';
import { startFolder } from './start-folder.ts';
import type { Checkpoint } from './state.ts';
import { createLineParser, type LineParser } from './usage-line.ts';

/** A log of which something is new, and how far it has been read. */
export interface LogJob {
  readonly log: Log;
  readonly begun: Checkpoint;
}

/** What one reader made of the jobs that it took. */
export interface ShareRead {
  /** How far the logs have been read, by the index of their jobs; those that can't be read are missing. */
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
  readonly problems: readonly Warning[];
}

interface Tools {
  readonly reader: LineReader;
  readonly parse: LineParser;
}

/**
 * Reads one log after the other, by the indexes that `next` hands out, and adds what they say to the
 * responses. A log that can't be read is a problem. Throws `FileError` EMFILE.
 */
export async function readShare(
  jobs: readonly LogJob[],
  options: {
    readonly next: () => number;
    readonly responses: Responses;
    readonly pause: YieldToEventLoop;
    readonly onLog?: (index: number, log: Log) => void;
  },
): Promise<ShareRead> {
  const { next, responses, pause, onLog } = options;
  const tools = { reader: createLineReader(pause), parse: createLineParser() };
  const checkpoints = new Map<number, Checkpoint>();
  const problems: Warning[] = [];
  for (let index = next(); ; index = next()) {
    const job = jobs[index];
    if (job === undefined) return { checkpoints, problems };
    await pause();
    onLog?.(index, job.log);
    try {
      using file = openLog(job.log.path);
      checkpoints.set(index, await readLog(file, job, responses, tools));
    } catch (error) {
      const problem = problemOf(error, job.log.path);
      if (problem) problems.push(problem);
    }
  }
}

/** Adds what the rest of a log says to the responses. Throws system errors. */
async function readLog(
  { fd, stats }: OpenLog,
  { log, begun }: LogJob,
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
