// A process that wants the lock, over and over: it loads the built lock module once, stays alive over all
// rounds, and does what its parent tells it. argv: the module; the host name to appear under, or ''.
import { rename, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { hostname } from 'node:os';

const [modulePath, host] = process.argv.slice(2);
const { withLock } = await import(modulePath);

const system = {
  now: () => new Date(),
  exec: () => Promise.reject(new Error('a contender starts no program')),
  platform: process.platform,
  processInfo: { pid: process.pid, host: host || hostname() },
  onExit: (listener) => {
    process.on('exit', listener);
    return { [Symbol.dispose]: () => process.off('exit', listener) };
  },
  signalProcess: (pid, signal) => {
    try {
      process.kill(pid, signal);
      return 'sent';
    } catch (error) {
      return error.code === 'ESRCH' ? 'missing' : 'denied';
    }
  },
};

const sleep = new Int32Array(new SharedArrayBuffer(4));
let command = () => undefined;

process.on('message', (message) => {
  if (message.do === 'take') void take(message);
  else command(message);
});
process.on('disconnect', () => process.exit());
process.send({ is: 'ready' });

async function take({ workspace, staleMs, startAt }) {
  // The barrier: all sleep to the same instant, then spin the last bit.
  const leftMs = startAt - Date.now();
  if (leftMs > 1) Atomics.wait(sleep, 0, 0, leftMs - 1);
  while (Date.now() < startAt);
  const lateMs = Date.now() - startAt;
  const began = performance.now();
  const events = [];
  const onEvent = (event) => events.push(event);
  try {
    const result = await withLock({ workspace, staleMs, waitMs: 0, system, onEvent }, (lock) => {
      process.send({
        is: 'held',
        stage: lock.stage,
        tookMs: performance.now() - began,
        lateMs,
        events,
      });
      return obey(lock, workspace);
    });
    process.send(
      result.held ? { is: 'released' } : { is: 'skipped', lateMs, holder: result.holder },
    );
  } catch (error) {
    process.send({ is: 'failed', code: error.code ?? null, message: error.message });
  }
}

/** Holds the lock until told otherwise. */
function obey(lock, workspace) {
  return new Promise((release) => {
    command = (message) => {
      if (message.do === 'release') release();
      if (message.do === 'leave') process.exit(7);
      if (message.do === 'stage')
        void writeFile(join(lock.stage, 'file'), message.content).then(answer);
      if (message.do === 'commit') {
        rename(join(lock.stage, 'file'), join(workspace.data, 'file')).then(answer, (error) =>
          process.send({ is: 'refused', code: error.code }),
        );
      }
      if (message.do === 'await-loss') {
        if (lock.lost.aborted) answer();
        else lock.lost.addEventListener('abort', () => answer());
      }
    };
  });
}

const answer = () => process.send({ is: 'done' });
