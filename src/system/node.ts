import { closeSync, constants, fstatSync, openSync, realpathSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, homedir, hostname, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { errnoOf, isMachineProblem, isNotFound, UserError } from '../util/errors.ts';
import { appleGit, hasAppleGit } from './apple-git.ts';
import { announce, isAnnounced } from './announce.ts';
import type { Exec, ExecOptions, ExecResult, Output, StopSignal, System } from './system.ts';

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
    prependPath: (dir) => {
      process.env['PATH'] = [dir, ...(process.env['PATH'] ?? '').split(delimiter)].join(delimiter);
      programPaths.clear();
    },
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

const programPaths = new Map<string, Promise<string>>();

/** Returns the absolute path of a program. Ignores relative entries of PATH. */
function findProgram(file: string): Promise<string> {
  let path = programPaths.get(file);
  if (path === undefined) programPaths.set(file, (path = searchPath(file)));
  return path;
}

async function searchPath(file: string): Promise<string> {
  const suffixes = process.platform === 'win32' ? ['.exe', ''] : [''];
  const dirs = isAbsolute(file) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  let denied: string | null = null;
  let stub: string | null = null;
  for (const dir of dirs) {
    if (dir !== '' && !isAbsolute(dir)) continue;
    for (const suffix of suffixes) {
      const path = join(dir, file + suffix);
      const result = await accessTo(path);
      if (result === 'denied') denied ??= path;
      if (result !== 'executable') continue;
      if (!(await isStub(path))) return path;
      stub = path;
    }
  }
  if (stub !== null) {
    const message = `${file} was not found: ${stub} only installs the Command Line Tools`;
    throw new UserError('tool', message, { hint: 'xcode-select --install' });
  }
  if (denied === file) throw new UserError('tool', `${file} can't be executed`);
  const reason = denied === null ? '' : `; ${denied} can't be executed`;
  throw new UserError('tool', `${file} was not found${reason}`, {
    hint: `install ${file}, or add its directory to PATH`,
  });
}

async function accessTo(path: string): Promise<'executable' | 'denied' | 'missing'> {
  try {
    await access(path, constants.X_OK);
    return 'executable';
  } catch (error) {
    if (isMachineProblem(error)) throw error;
    return isNotFound(error) ? 'missing' : 'denied';
  }
}

const isStub = async (path: string): Promise<boolean> =>
  process.platform === 'darwin' &&
  path === appleGit &&
  !(await hasAppleGit(process.env, async (one) => (await accessTo(one)) === 'executable'));

type Command = readonly [file: string, ...args: string[]];

/** Prepends a program of util-linux that executes the command; returns the command unchanged where it is missing. */
async function prepend(wrapper: Command, command: Command): Promise<Command> {
  if (process.platform !== 'linux') return command;
  const [program, ...args] = wrapper;
  try {
    return [await findProgram(program), ...args, '--', ...command];
  } catch {
    return command;
  }
}

/** On Linux the child is killed when this process dies, so that no orphan runs beside the next run. */
const withParentDeathSignal = (command: Command): Promise<Command> =>
  prepend(['setpriv', '--pdeathsig', 'KILL'], command);

/** Limits allocated memory only: a limit of the address space would include mapped pack files. */
const withMemoryLimit = async (command: Command, maxBytes?: number): Promise<Command> =>
  maxBytes === undefined ? command : prepend(['prlimit', `--data=${String(maxBytes)}`], command);

const runInThread: System['runInThread'] = async (entry, task, options) => {
  const { signal, onMessage, maxYoungGenerationMb: maxYoungGenerationSizeMb } = options;
  signal.throwIfAborted();
  const { Worker } = await import('node:worker_threads');
  const thread = new Worker(join(__dirname, `${entry}.cjs`), {
    workerData: task,
    ...(maxYoungGenerationSizeMb === undefined
      ? {}
      : { resourceLimits: { maxYoungGenerationSizeMb } }),
  });
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

const exec: Exec = async (program, args, options) => {
  options.signal?.throwIfAborted();
  if (args.some((argument) => argument.includes('\0'))) {
    throw new UserError('tool', `an argument of ${program} contains a null byte`);
  }
  const file = await findProgram(program);
  const [{ execa }, command] = await Promise.all([
    import('execa'),
    withMemoryLimit([file, ...args], options.maxMemoryBytes).then(withParentDeathSignal),
  ]);
  const limit = options.maxOutputBytes ?? 32 * 1024 * 1024;
  requireDescriptors();
  const [wrapped, ...wrappedArgs] = command;
  const child = execa(wrapped, wrappedArgs, {
    // Not the current directory, which may have been deleted.
    cwd: options.cwd ?? '/',
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    env: environmentFor(options),
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: limit,
    reject: false,
    // In its own process group, all of which the timer kills: the timeout of execa waits for grandchildren.
    detached: process.platform !== 'win32',
    cleanup: false,
    windowsHide: true,
  });
  let stop: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => (stop = reject));
  stopped.catch(() => undefined);
  const end = (reason: unknown): void => {
    killGroup(child.pid);
    stop(reason);
  };
  const timer = setTimeout(() => {
    end(new UserError('timeout', `${program} took longer than ${String(options.timeoutMs)} ms`));
  }, options.timeoutMs);
  const onAbort = (): void => {
    end(options.signal?.reason);
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await Promise.race([child, stopped]);
    if (result.isMaxBuffer) {
      killGroup(child.pid);
      throw new UserError('tool', `${program} printed more than ${String(limit)} bytes`);
    }
    if (result.exitCode === undefined) {
      throw new UserError(
        'tool',
        `${program} was ended by ${result.signal ?? result.code ?? 'the system'}`,
      );
    }
    return {
      exitCode: result.exitCode,
      stdout: result.stdout,
      stderr: Buffer.from(result.stderr).toString('utf8'),
    } satisfies ExecResult;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
};

/** Enough to start a program with three pipes, with a margin. */
const neededDescriptors = 12;

/** Checks in advance, because starting a program without free descriptors throws outside of any promise. */
function requireDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < neededDescriptors) opened.push(openSync('/', constants.O_RDONLY));
  } catch (cause) {
    if (errnoOf(cause) !== 'EMFILE' && errnoOf(cause) !== 'ENFILE') return;
    throw new UserError('io', 'too many open files (EMFILE)', { hint: 'ulimit -n 1024', cause });
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

/** Kills a process and those that it started, also where these outlive it: Windows has no process groups. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') killTree(pid);
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

/** Synchronous, because this process may exit next, and Windows would end its child with it. */
function killTree(pid: number): void {
  const taskkill = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  const options = { stdio: 'ignore', windowsHide: true, timeout: 5000 } as const;
  // Loaded when needed, because loading takes time at each start.
  process
    .getBuiltinModule('node:child_process')
    .spawnSync(taskkill, ['/PID', String(pid), '/T', '/F'], options);
  process.kill(pid, 'SIGKILL');
}
