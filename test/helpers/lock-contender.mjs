// A process that takes the lock repeatedly. It loads the built lock module once and executes the commands of
// its parent. argv: the module; the host name to use, or ''.
import { rename, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { hostname } from 'node:os';

const [modulePath, host] = process.argv.slice(2);
const { withLock } = await import(modulePath);

const system = {
  now: () => new Date(),
  exec: () => Promise.reject(new Error('a contender must not start programs')),
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
  if (message.type === 'take') void take(message);
  else command(message);
});
process.on('disconnect', () => process.exit());
process.send({ type: 'ready' });

async function take({ workspace, staleMs, startAt }) {
  // All contenders sleep until the same instant and spin for the last millisecond.
  const leftMs = startAt - Date.now();
  if (leftMs > 1) Atomics.wait(sleep, 0, 0, leftMs - 1);
  while (Date.now() < startAt);
  const delayMs = Date.now() - startAt;
  const began = performance.now();
  const events = [];
  const onEvent = (event) => events.push(event);
  try {
    const result = await withLock({ workspace, staleMs, waitMs: 0, system, onEvent }, (lock) => {
      process.send({
        type: 'held',
        stage: lock.stage,
        tookMs: performance.now() - began,
        delayMs,
        events,
      });
      return executeCommands(lock, workspace);
    });
    process.send(
      result.held ? { type: 'released' } : { type: 'skipped', delayMs, holder: result.holder },
    );
  } catch (error) {
    process.send({ type: 'failed', code: error.code ?? null, message: error.message });
  }
}

/** Resolves when the parent sends the command to release the lock. */
function executeCommands(lock, workspace) {
  return new Promise((release) => {
    command = (message) => {
      if (message.type === 'release') release();
      if (message.type === 'exit') process.exit(7);
      if (message.type === 'stage')
        void writeFile(join(lock.stage, 'file'), message.content).then(sendDone);
      if (message.type === 'commit') {
        rename(join(lock.stage, 'file'), join(workspace.data, 'file')).then(sendDone, (error) =>
          process.send({ type: 'refused', code: error.code }),
        );
      }
      if (message.type === 'await-loss') {
        if (lock.lost.aborted) sendDone();
        else lock.lost.addEventListener('abort', () => sendDone());
      }
    };
  });
}

const sendDone = () => process.send({ type: 'done' });
