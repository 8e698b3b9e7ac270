import type { YieldToEventLoop } from '../../../../util/async.ts';
import { agentTitles } from '../../../../schema/agent-names.ts';
import type { System } from '../../../../system/system.ts';
import type { Agent } from '../agent.ts';
import { unpackRecords } from '../records/pack-records.ts';
import type { RecordTable } from '../records/record-table.ts';
import { readBatch, type BatchResult, type LogJob } from './log-batch.ts';
import type { WorkerMessage, WorkerTask } from './log-worker.ts';

export interface ReadJobsOptions {
  readonly agent: Agent;
  /** Receives the records. */
  readonly records: RecordTable;
  readonly system: System;
  readonly signal: AbortSignal;
  readonly yieldToEventLoop: YieldToEventLoop;
  readonly onProgress: (done: number, total: number, name: string) => void;
}

/** Reads jobs in this thread. */
export const readJobs = (jobs: readonly LogJob[], options: ReadJobsOptions): Promise<BatchResult> =>
  readInThisThread(jobs, iterate(jobs.keys()), options);

/**
 * Reads jobs in this thread and a worker; each takes the next job when it has finished one. The order does not
 * matter, because records are stored by log. If the worker fails, its jobs are read in this thread.
 */
export async function readJobsWithWorker(
  jobs: readonly LogJob[],
  options: ReadJobsOptions,
): Promise<BatchResult> {
  const { agent, records, system, signal, yieldToEventLoop } = options;
  const counter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const task: WorkerTask = { agent: agent.name, jobs, tmpDir: system.tmpDir, counter };
  const stop = new AbortController();
  const logs = jobs.map(({ log }) => log);
  const worker: { result: BatchResult | null } = { result: null };
  let merged = Promise.resolve();
  const onMessage = (message: WorkerMessage): void => {
    if (message.type === 'done') {
      worker.result = message.result;
      return;
    }
    merged = merged.then(() =>
      unpackRecords(message.records, { logs, into: records, yieldToEventLoop }),
    );
    merged.catch(() => undefined);
  };
  const exit = system
    .runInThread('read-logs', task, {
      signal: AbortSignal.any([signal, stop.signal]),
      onMessage: (message) => {
        onMessage(message as WorkerMessage);
      },
    })
    .catch(() => (worker.result = null));
  let own: BatchResult;
  try {
    own = await readInThisThread(jobs, () => Atomics.add(counter, 0, 1), options);
  } catch (error) {
    stop.abort();
    throw error;
  }
  await exit;
  signal.throwIfAborted();
  await merged;
  if (worker.result !== null) return combine(own, worker.result);
  const rest = [...jobs.keys()].filter((index) => !own.checkpoints.has(index));
  return combine(own, await readInThisThread(jobs, iterate(rest), options));
}

const readInThisThread = (
  jobs: readonly LogJob[],
  nextIndex: () => number,
  { agent, records, system, yieldToEventLoop, onProgress }: ReadJobsOptions,
): Promise<BatchResult> =>
  readBatch(jobs, {
    agent,
    nextIndex,
    records,
    tmpDir: system.tmpDir,
    yieldToEventLoop,
    onLog: (index, { logDir }) => {
      onProgress(index, jobs.length, logDir ?? agentTitles[agent.name]);
    },
  });

const combine = (a: BatchResult, b: BatchResult): BatchResult => ({
  checkpoints: new Map([...a.checkpoints, ...b.checkpoints]),
  warnings: [...a.warnings, ...b.warnings],
});

/** Returns a function that returns the indexes one by one, then one out of range. */
function iterate(indexes: Iterable<number>): () => number {
  const rest = indexes[Symbol.iterator]() as Iterator<number, undefined>;
  return () => rest.next().value ?? Infinity;
}
