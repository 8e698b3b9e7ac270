import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, UserError } from '../util/errors.ts';
import { findProgram } from './program-paths.ts';
import type { Exec, ExecOptions, ExecResult } from './system.ts';

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

/** See `System.exec`. */
export const exec: Exec = async (program, args, options) => {
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
