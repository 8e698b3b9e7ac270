import { parentPort, workerData } from 'node:worker_threads';
import type { Diagnostic } from '../../../../util/diagnostic.ts';
import { createYield } from '../../../../util/async.ts';
import { agents } from '../../agents/registry.ts';
import { packRecords, type PackedRecords } from '../records/pack-records.ts';
import { RecordTable } from '../records/record-table.ts';
import type { Checkpoint } from '../state.ts';
import { readBatch, type BatchResult, type LogJob } from './log-batch.ts';

export interface WorkerTask {
  /** Name of the agent whose logs these are. */
  readonly agent: string;
  readonly jobs: readonly LogJob[];
  readonly tmpDir: string;
  /** Index of the next job, in shared memory. */
  readonly counter: Int32Array;
}

export type WorkerMessage =
  | { readonly type: 'records'; readonly records: PackedRecords }
  /** The last message. */
  | { readonly type: 'done'; readonly result: BatchResult };

/** Number of responses per message; they are posted while the next logs are read. */
const responsesPerMessage = 10_000;

/** Entry of the worker thread: takes jobs like the main thread, and posts the records. */
async function runWorker({ agent: name, jobs, tmpDir, counter }: WorkerTask): Promise<void> {
  const agent = agents.find((candidate) => candidate.name === name);
  if (agent === undefined) throw new Error(`unknown agent ${name}`);
  // The main thread terminates the worker.
  const yieldToEventLoop = createYield(new AbortController().signal);
  const logs = jobs.map(({ log }) => log);
  const post = (message: WorkerMessage, ...transferred: ArrayBuffer[]): void => {
    parentPort?.postMessage(message, transferred);
  };
  const checkpoints = new Map<number, Checkpoint>();
  const warnings: Diagnostic[] = [];
  do {
    const records = new RecordTable();
    const batch = await readBatch(jobs, {
      agent,
      nextIndex: () => (records.size < responsesPerMessage ? Atomics.add(counter, 0, 1) : Infinity),
      records,
      tmpDir,
      yieldToEventLoop,
    });
    for (const [index, checkpoint] of batch.checkpoints) checkpoints.set(index, checkpoint);
    warnings.push(...batch.warnings);
    const packed = await packRecords(records, logs, yieldToEventLoop);
    post({ type: 'records', records: packed }, packed.rows.buffer, packed.keys.buffer);
  } while (Atomics.load(counter, 0) < jobs.length);
  post({ type: 'done', result: { checkpoints, warnings } });
}

void runWorker(workerData as WorkerTask);
