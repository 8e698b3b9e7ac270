import { spawn, type ChildProcess } from 'node:child_process';
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
  /** Put before the command, for example `['prlimit', '--nofile=24']`. */
  readonly prefix?: readonly string[];
}

/** Runs the built program as a user would, with only PATH and a home folder without logs set. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** Starts the built program; `ended` resolves when it has exited and its output is whole. */
export function startCli(
  args: readonly string[],
  { cwd = '/', env = {}, prefix = [] }: CliOptions = {},
): { readonly child: ChildProcess; readonly ended: Promise<CliResult> } {
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
  return { child, ended };
}
