import { parentPort, workerData } from 'node:worker_threads';
import type { Warning } from '../../../../schema/status.ts';
import { createYield } from '../../../../util/async.ts';
import { readShare, type LogJob, type ShareRead } from './read-share.ts';
import { packResponses } from './response-table.ts';
import { noResponses } from './responses.ts';
import type { Checkpoint } from './state.ts';

export interface ThreadTask {
  readonly jobs: readonly LogJob[];
  /** The index of the next job, in shared memory. */
  readonly counter: Int32Array;
}

export type ThreadMessage =
  /** What logs of the share say, packed, with the jobs' logs. */
  | { readonly type: 'responses'; readonly packed: Uint8Array<ArrayBuffer> }
  /** The last one. */
  | { readonly type: 'read'; readonly share: ShareRead };

/** So many responses are handed over at a time, while the next logs are read. */
const responsesAtATime = 10_000;

/** The entry of the second thread: takes jobs as the first one does, and hands over what it has read. */
async function readInThread({ jobs, counter }: ThreadTask): Promise<void> {
  // Whoever has started the thread ends it.
  const pause = createYield(new AbortController().signal);
  const logs = jobs.map(({ log }) => log);
  const post = (message: ThreadMessage, ...moved: ArrayBuffer[]): void => {
    parentPort?.postMessage(message, moved);
  };
  const checkpoints = new Map<number, Checkpoint>();
  const problems: Warning[] = [];
  const left = { jobs: true };
  while (left.jobs) {
    const responses = noResponses();
    const share = await readShare(jobs, {
      next: () => {
        if (responses.first.size >= responsesAtATime) return Infinity;
        const index = Atomics.add(counter, 0, 1);
        left.jobs = index < jobs.length;
        return index;
      },
      responses,
      pause,
    });
    for (const [index, checkpoint] of share.checkpoints) checkpoints.set(index, checkpoint);
    problems.push(...share.problems);
    const packed = await packResponses(responses, logs, pause);
    const bytes = Buffer.allocUnsafeSlow(packed.byteLength);
    await packed.writeTo(bytes, 0);
    post({ type: 'responses', packed: bytes }, bytes.buffer);
  }
  post({ type: 'read', share: { checkpoints, problems } });
}

void readInThread(workerData as ThreadTask);
