import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, homedir, hostname, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { errnoOf, UserError } from './errors.ts';
import type { Exec, ExecOptions, ExecResult, Output, StopSignal, System } from './system.ts';

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The real world. Only `main` builds it; everything else is handed a `System`. */
export function nodeSystem(): System {
  return {
    now: () => new Date(),
    exec,
    platform: process.platform,
    home: homedir(),
    cwd: process.cwd(),
    temporaryFolder: tmpdir(),
    env: process.env,
    self: {
      pid: process.pid,
      uid: process.getuid?.() ?? null,
      host: hostname(),
      command: [process.execPath, realpathSync(process.argv[1] ?? process.execPath)],
      nodeVersion: process.versions.node,
    },
    stdout: outputOf(() => process.stdout),
    stderr: outputOf(() => process.stderr),
    parallelism: availableParallelism(),
    runInThread,
    onStopSignal: (listener) => {
      for (const signal of stopSignals) process.on(signal, listener);
      return {
        [Symbol.dispose]: () => {
          for (const signal of stopSignals) process.off(signal, listener);
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
    leave: (exitCode) => process.exit(exitCode),
  };
}

/** Opened at the first use: a stream that a command does not need would cost every start. */
function outputOf(open: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | null = null;
  const stream = (): NodeJS.WriteStream => {
    // The reader of a pipe may leave early (`| head`); that is no reason to die or to leave a lock.
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
      // Some terminals say 0.
      return (stream().isTTY && stream().columns) || 80;
    },
  };
}

const forcedColor = (): boolean => {
  const { FORCE_COLOR: force } = process.env;
  return force !== undefined && force !== '0' && force !== 'false';
};

const found = new Map<string, Promise<string>>();

/** The absolute path of a program, looked for in the absolute entries of PATH only. */
function findProgram(file: string): Promise<string> {
  let path = found.get(file);
  if (path === undefined) found.set(file, (path = searchPath(file)));
  return path;
}

async function searchPath(file: string): Promise<string> {
  const suffixes = process.platform === 'win32' ? ['.exe', ''] : [''];
  const folders = isAbsolute(file) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    if (folder !== '' && !isAbsolute(folder)) continue;
    for (const suffix of suffixes) {
      const path = join(folder, file + suffix);
      try {
        await access(path, constants.X_OK);
        return path;
      } catch {
        continue;
      }
    }
  }
  throw new UserError('TOOL', `${file} was not found`, {
    hint: `install ${file}, or add its folder to PATH`,
  });
}

/** On Linux a child is told to die with us, so that a killed run leaves no orphan beside the next. */
async function dyingWithParent(file: string, args: readonly string[]): Promise<[string, string[]]> {
  if (process.platform !== 'linux') return [file, [...args]];
  try {
    return [await findProgram('setpriv'), ['--pdeathsig', 'KILL', '--', file, ...args]];
  } catch {
    return [file, [...args]];
  }
}

const runInThread: System['runInThread'] = async (entry, task, signal) => {
  signal.throwIfAborted();
  const { Worker } = await import('node:worker_threads');
  const thread = new Worker(join(__dirname, `${entry}.cjs`), { workerData: task });
  const onAbort = (): void => void thread.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await new Promise<unknown>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => {
        reject(signal.aborted ? (signal.reason as Error) : new Error(`${entry} gave no answer`));
      });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

const exec: Exec = async (program, args, options) => {
  options.signal?.throwIfAborted();
  const file = await findProgram(program);
  const [command, commandArgs] = await dyingWithParent(file, args);
  requireDescriptors();
  const child = spawn(command, commandArgs, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: environmentFor(options),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // A group of its own, which ends whole: a grandchild may hold the output open.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  return new Promise<ExecResult>((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    const stop = (reason: Error): void => {
      finish();
      killGroup(child.pid);
      for (const stream of child.stdio) stream?.destroy();
      reject(reason);
    };
    const timer = setTimeout(() => {
      stop(new UserError('TIMEOUT', `${program} took longer than ${String(options.timeoutMs)} ms`));
    }, options.timeoutMs);
    const onAbort = (): void => {
      stop(options.signal?.reason as Error);
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const limit = options.maxOutputBytes ?? 32 * 1024 * 1024;
    const tooMuch = (): void => {
      stop(new UserError('TOOL', `${program} printed more than ${String(limit)} bytes`));
    };
    const stdout = gather(child.stdout, limit, tooMuch);
    const stderr = gather(child.stderr, limit, tooMuch);
    // A program need not read what it is given.
    child.stdin?.on('error', () => undefined).end(options.input);
    child.on('error', (cause) => {
      const reason = errnoOf(cause) ?? 'unknown';
      stop(new UserError('TOOL', `${program} could not be started (${reason})`, { cause }));
    });
    child.on('close', (exitCode, signal) => {
      finish();
      if (exitCode === null) {
        reject(new UserError('TOOL', `${program} was ended by ${signal ?? 'the system'}`));
      } else {
        const text = Buffer.concat(stderr).toString('utf8');
        resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: text });
      }
    });
  });
};

/** Collects what a stream says, up to a limit in bytes. */
function gather(stream: Readable | null, limit: number, tooMuch: () => void): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else tooMuch();
  });
  return chunks;
}

/** As many as starting a program with three pipes takes, and a few to spare. */
const neededDescriptors = 12;

/** Starting a program without free descriptors throws outside of every promise, so it is not tried. */
function requireDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < neededDescriptors) opened.push(openSync('/', constants.O_RDONLY));
  } catch (cause) {
    if (errnoOf(cause) !== 'EMFILE' && errnoOf(cause) !== 'ENFILE') return;
    throw new UserError('IO', 'too many open files (EMFILE)', { hint: 'ulimit -n 1024', cause });
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

function environmentFor(options: ExecOptions): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const name of ['PATH', 'SystemRoot']) {
    const value = process.env[name];
    if (value !== undefined) inherited[name] = value;
  }
  return { ...inherited, ...options.env };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}
