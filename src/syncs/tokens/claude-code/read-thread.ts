import { parentPort, workerData } from 'node:worker_threads';
import { createPause } from '../../../pause.ts';
import { readShare, type LogJob, type ShareRead } from './read-share.ts';
import { packResponses } from './response-table.ts';
import { noResponses } from './responses.ts';

export interface ThreadTask {
  readonly jobs: readonly LogJob[];
  /** The index of the next job, in shared memory. */
  readonly counter: Int32Array;
}

export interface ThreadAnswer extends ShareRead {
  /** What the logs of the share say, packed, with the jobs' logs. */
  readonly responses: Uint8Array<ArrayBuffer>;
}

/** The entry of the second thread: takes jobs as the first one does, and answers with all it has read. */
async function answer({ jobs, counter }: ThreadTask): Promise<ThreadAnswer> {
  // Whoever has started the thread ends it.
  const pause = createPause(new AbortController().signal);
  const responses = noResponses();
  const share = await readShare(jobs, {
    next: () => Atomics.add(counter, 0, 1),
    responses,
    pause,
  });
  const logs = jobs.map(({ log }) => log);
  const packed = await packResponses(responses, logs, pause);
  const bytes = Buffer.allocUnsafeSlow(packed.byteLength);
  await packed.writeTo(bytes, 0);
  return { ...share, responses: bytes };
}

void answer(workerData as ThreadTask).then((value) => {
  parentPort?.postMessage(value, [value.responses.buffer]);
});
