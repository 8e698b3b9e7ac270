import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cliPath, type CliResult } from '../cli.ts';

/** Whether the Windows tests are skipped. In continuous integration they fail instead. */
export const hasNoWine =
  spawnSync('which', ['wine'], { encoding: 'utf8' }).stdout === '' && !process.env['CI'];

interface Paths {
  readonly node20: string;
  readonly node22: string;
  readonly gitDir: string;
  readonly wineEnv: Readonly<Record<string, string>>;
}

export interface WindowsOptions {
  /** A directory of this machine or a path of Windows. A temporary home directory by default. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: 20 | 22;
  /** Directories before that of git on PATH, as paths of this machine. */
  readonly path?: readonly string[];
}

export interface RunningWindowsProgram {
  readonly ended: Promise<CliResult>;
  /** Resolves with stdout when it contains the text. */
  readonly printed: (text: string) => Promise<string>;
  readonly kill: () => void;
}

/** A Windows machine with a temporary home directory. Removed at the end of an `await using` block. */
export interface Windows extends AsyncDisposable {
  /** The home directory, as a path of this machine. */
  readonly home: string;
  readonly paths: Paths;
  /** Runs the built program. */
  readonly cli: (args: readonly string[], options?: WindowsOptions) => Promise<CliResult>;
  /** Starts Node.js with a script, or an option, and its arguments. */
  readonly node: (args: readonly string[], options?: WindowsOptions) => RunningWindowsProgram;
}

/** Returns a path of this machine as Windows programs see it. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

/** Installs Node.js, git and a wine prefix at the first use. */
export async function startWindows(): Promise<Windows> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    resolve(import.meta.dirname, 'prepare.mjs'),
  ]);
  const paths = JSON.parse(stdout) as Paths;
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sync-runner-windows-')));
  const home = join(root, 'home');
  await mkdir(home);
  let count = 0;
  const node: Windows['node'] = (args, options = {}) => {
    count += 1;
    return startNode(args, join(root, String(count)), { paths, home }, options);
  };
  return {
    home,
    paths,
    node,
    cli: (args, options) => node([windowsPath(cliPath), ...args], options).ended,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** stdout and stderr are files, because wine does not pass pipes on to its programs. */
function startNode(
  args: readonly string[],
  output: string,
  { paths, home }: Pick<Windows, 'paths' | 'home'>,
  { cwd = home, env = {}, node = 20, path = [] }: WindowsOptions,
): RunningWindowsProgram {
  const variables = {
    USERPROFILE: windowsPath(home),
    APPDATA: windowsPath(join(home, 'AppData/Roaming')),
    LOCALAPPDATA: windowsPath(join(home, 'AppData/Local')),
    PATH: [...path, paths.gitDir].map(windowsPath).join(';') + ';C:\\windows\\system32',
    ...env,
  };
  const preload = windowsPath(resolve(import.meta.dirname, 'set-env.cjs'));
  const stdout = openSync(`${output}.out`, 'w');
  const stderr = openSync(`${output}.err`, 'w');
  const nodeExe = node === 20 ? paths.node20 : paths.node22;
  const child = spawn('wine', [nodeExe, '--require', preload, ...args], {
    cwd,
    env: { ...paths.wineEnv, SYNC_RUNNER_TEST_ENV: JSON.stringify(variables) },
    stdio: ['ignore', stdout, stderr],
  });
  closeSync(stdout);
  closeSync(stderr);
  const read = (kind: string): string => readFileSync(`${output}.${kind}`, 'utf8');
  const ended = once(child, 'close').then(([exitCode, signal]) => ({
    exitCode: exitCode as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout: read('out'),
    stderr: read('err'),
  }));
  return {
    ended,
    printed: async (text) => {
      while (!read('out').includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended without ${text}: ${read('err')}`);
        await new Promise((done) => setTimeout(done, 20));
      }
      return read('out');
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
