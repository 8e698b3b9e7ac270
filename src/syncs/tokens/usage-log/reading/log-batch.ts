import { readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { getOrInsert } from '../../../../util/collections.ts';
import type { Diagnostic } from '../../../../util/diagnostic.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { FileError } from '../../../../util/fs.ts';
import { openRegularFileSync, type OpenFile } from '../../../../util/fs-sync.ts';
import {
  formatOf,
  type Agent,
  type DocumentFormat,
  type LineFormat,
  type Log,
  type LogFormat,
} from '../agent.ts';
import type { RecordTable } from '../records/record-table.ts';
import type { Checkpoint } from '../state.ts';
import { createDatabaseReader } from './database-reader.ts';
import { decompressZstd } from './decompress.ts';
import { toFileWarning } from './file-warning.ts';
import { createLineReader, readFile } from './line-reader.ts';
import { tailChecksum } from './log-tail.ts';
import { createSink } from './sink.ts';

/** A log with new content, and how far it has been read. */
export interface LogJob {
  readonly log: Log;
  readonly statKey: string;
  readonly checkpoint: Checkpoint;
}

export interface BatchResult {
  /** How far the logs have been read, by index of the job. Logs that can't be read are missing. */
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
  readonly warnings: readonly Diagnostic[];
}

export interface BatchOptions {
  readonly agent: Pick<Agent, 'formats'>;
  /** Returns the index of the next job; one out of range ends the batch. */
  readonly nextIndex: () => number;
  readonly records: RecordTable;
  /** For copies of databases. */
  readonly tmpDir: string;
  readonly yieldToEventLoop: YieldToEventLoop;
  readonly onLog?: (index: number, log: Log) => void;
}

export type ReadLog = (file: OpenFile, job: LogJob) => Promise<Checkpoint>;

export interface ReaderOptions {
  readonly records: RecordTable;
  readonly tmpDir: string;
  readonly yieldToEventLoop: YieldToEventLoop;
}

/** Reads logs one after the other and adds their records. Throws `FileError` with code `EMFILE`. */
export async function readBatch(
  jobs: readonly LogJob[],
  { agent, nextIndex, records, tmpDir, yieldToEventLoop, onLog }: BatchOptions,
): Promise<BatchResult> {
  const readers = new Map<LogFormat, ReadLog>();
  const readerOf = (format: LogFormat): ReadLog =>
    getOrInsert(readers, format, () =>
      createLogReader(format, { records, tmpDir, yieldToEventLoop }),
    );
  const checkpoints = new Map<number, Checkpoint>();
  const warnings: Diagnostic[] = [];
  for (let index = nextIndex(); ; index = nextIndex()) {
    const job = jobs[index];
    if (job === undefined) return { checkpoints, warnings };
    await yieldToEventLoop();
    onLog?.(index, job.log);
    try {
      const { path } = job.log;
      const format = formatOf(agent, basename(path), dirname(path));
      using file = format === undefined ? null : openRegularFileSync(path);
      if (format === undefined || file === null) continue;
      checkpoints.set(index, await readerOf(format)(file, job));
    } catch (error) {
      const warning = toFileWarning(error, job.log.path);
      if (warning !== null) warnings.push(warning);
    }
  }
}

function createLogReader(format: LogFormat, options: ReaderOptions): ReadLog {
  switch (format.type) {
    case 'lines':
      return createLineLogReader(format, options);
    case 'document':
      return createDocumentReader(format, options);
    case 'database':
      return createDatabaseReader(format, options);
  }
}

function createLineLogReader(
  format: LineFormat,
  { records, yieldToEventLoop }: ReaderOptions,
): ReadLog {
  const readLines = createLineReader(format.markers, yieldToEventLoop);
  const createParser = format.createParser();
  const isCompressed = format.compression !== undefined;
  return async ({ fd, stats }, { log, statKey, checkpoint }) => {
    const parser = createParser(log, checkpoint.parserState);
    const sink = createSink(records, log, checkpoint);
    const range = isCompressed
      ? { read: decompressZstd(fd, log.path), from: 0, to: Infinity }
      : { read: readFile(fd), from: checkpoint.offset, to: stats.size };
    const { needsNextLine } = parser;
    const onLine = (bytes: Buffer, start: number, end: number): void => {
      const result = parser.parse(bytes, start, end);
      if (typeof result === 'object' && result !== null && 'length' in result) {
        for (const entry of result) sink.add(entry);
      } else if (result !== null) {
        sink.add(result);
      }
    };
    const { offset, tooLong } = await readLines(range, { onLine, needsNextLine });
    sink.skip('too-long', tooLong);
    return {
      statKey,
      inode: stats.ino,
      // Never continued.
      offset: isCompressed ? Infinity : offset,
      tail: isCompressed ? 0 : tailChecksum(fd, offset),
      parserState: parser.state?.() ?? null,
      ...sink.result(),
      ...(format.mixesProjects === true ? { project: null } : {}),
    };
  };
}

function createDocumentReader(format: DocumentFormat, { records }: ReaderOptions): ReadLog {
  const parse = format.createParser();
  // eslint-disable-next-line @typescript-eslint/require-await -- rejects where the line reader does
  return async ({ fd, stats }, { log, statKey, checkpoint }) => {
    if (stats.size > format.maxBytes) {
      throw new FileError('EFBIG', log.path, `is larger than ${String(format.maxBytes)} bytes`);
    }
    const bytes = Buffer.allocUnsafe(stats.size);
    const bytesRead = readSync(fd, bytes, 0, stats.size, 0);
    const sink = createSink(records, log, { ...checkpoint, skipped: {} });
    for (const result of parse(log, bytes.subarray(0, bytesRead))) sink.add(result);
    return { statKey, inode: stats.ino, offset: 0, tail: 0, parserState: null, ...sink.result() };
  };
}
