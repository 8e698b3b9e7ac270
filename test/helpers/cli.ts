import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export const cliPath = resolve(import.meta.dirname, '../../bin/sync-runner.cjs');

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command, for example `['prlimit', '--nofile=24']`. */
  readonly prefix?: readonly string[];
}

/** Runs the built program with no other variables than PATH and a home directory without logs. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** A running process of the built program. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** Resolves when it has exited and its output is complete. */
  readonly ended: Promise<CliResult>;
  /** Resolves when its stdout contains the text. */
  readonly printed: (text: string) => Promise<void>;
}

export function startCli(
  args: readonly string[],
  { cwd = '/', env = {}, prefix = [] }: CliOptions = {},
): RunningCli {
  const [file = '', ...rest] = [...prefix, process.execPath, cliPath, ...args];
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<CliResult>((done, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode, signal) => {
      done({ exitCode, signal, ...output });
    });
  });
  const printed = async (text: string): Promise<void> => {
    while (!output.stdout.includes(text)) await once(child.stdout, 'data');
  };
  return { child, ended, printed };
}
