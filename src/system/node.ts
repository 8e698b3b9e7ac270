import { fstatSync, realpathSync } from 'node:fs';
import { availableParallelism, homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, UserError } from '../util/errors.ts';
import { announce, isAnnounced } from './announce.ts';
import { exec } from './exec.ts';
import { findProgram, prependPath } from './program-paths.ts';
import type { Output, StopSignal, System } from './system.ts';

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Returns the real system. Only `main` creates it; all other code receives a `System`. */
export function nodeSystem(): System {
  const defaultListeners = stopSignals.map(
    (signal) => [signal, process.listeners(signal)] as const,
  );
  return {
    now: () => new Date(),
    exec,
    findProgram,
    prependPath,
    platform: process.platform,
    get home() {
      return homeDir();
    },
    cwd: currentDir(),
    tmpDir: tmpdir(),
    env: process.env,
    processInfo: {
      pid: process.pid,
      uid: process.getuid?.() ?? null,
      host: hostname(),
      command: [process.execPath, realpathSync(process.argv[1] ?? process.execPath)],
      nodeVersion: process.versions.node,
    },
    readStdin,
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
    parallelism: availableParallelism(),
    runInThread,
    onStopSignal: (listener) => {
      for (const [signal, defaults] of defaultListeners) {
        process.on(signal, listener);
        for (const one of defaults) process.off(signal, one);
      }
      return {
        [Symbol.dispose]: () => {
          for (const [signal, defaults] of defaultListeners) {
            for (const one of defaults) process.on(signal, one);
            process.off(signal, listener);
          }
        },
      };
    },
    onExit: (listener) => {
      process.on('exit', listener);
      return {
        [Symbol.dispose]: () => void process.off('exit', listener),
      };
    },
    signalProcess: (pid, signal) => {
      try {
        process.kill(pid, signal);
        return 'sent';
      } catch (error) {
        return errnoOf(error) === 'ESRCH' ? 'missing' : 'denied';
      }
    },
    announce,
    isAnnounced,
    exit: (exitCode) => process.exit(exitCode),
  };
}

/** Throws `UserError` with code `usage` if neither HOME nor the user database contains it, as in some containers. */
function homeDir(): string {
  try {
    return homedir();
  } catch (cause) {
    const uid = String(process.getuid?.());
    const message = `the home directory is unknown: HOME is not set, and user ${uid} has no passwd entry`;
    throw new UserError('usage', message, { hint: 'export HOME=DIRECTORY', cause });
  }
}

function currentDir(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Opens the stream at its first use, because opening costs start-up time. */
function outputOf(open: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | null = null;
  const stream = (): NodeJS.WriteStream => {
    // A reader that closes the pipe early (`| head`) must not end the process while it holds the lock.
    opened ??= open().on('error', () => undefined);
    return opened;
  };
  return {
    write: (text) => void stream().write(text),
    get isTerminal() {
      return stream().isTTY;
    },
    get color() {
      return stream().isTTY ? stream().hasColors() : forcedColor();
    },
    get columns() {
      // Some terminals report 0.
      return (stream().isTTY && stream().columns) || 80;
    },
  };
}

const readStdin: System['readStdin'] = async ({ maxBytes, timeoutMs }) => {
  try {
    const stats = fstatSync(0);
    if (!stats.isFIFO() && !stats.isSocket() && !stats.isFile()) return '';
  } catch {
    return '';
  }
  const { stdin } = process;
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve) => {
    // Not at once: data that arrived in time are read before an immediate runs.
    const timer = setTimeout(() => setImmediate(resolve), timeoutMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stdin.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxBytes) end();
    });
    stdin.on('end', end).on('error', end);
  });
  // A pipe that stays open must not keep the process alive.
  stdin.destroy();
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
};

const forcedColor = (): boolean => {
  const { FORCE_COLOR: force } = process.env;
  return force !== undefined && force !== '0' && force !== 'false';
};

const runInThread: System['runInThread'] = async (entry, task, options) => {
  const { signal, onMessage } = options;
  signal.throwIfAborted();
  const { Worker } = await import('node:worker_threads');
  const thread = new Worker(join(__dirname, `${entry}.cjs`), { workerData: task });
  const onAbort = (): void => void thread.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      thread.on('message', onMessage);
      thread.once('error', reject);
      thread.once('exit', (exitCode) => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (exitCode === 0) resolve();
        else reject(new Error(`${entry} ended with ${String(exitCode)}`));
      });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
