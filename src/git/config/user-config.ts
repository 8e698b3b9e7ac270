import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../util/errors.ts';
import type { ExecResult, System } from '../../system/system.ts';
import { RepositoryError } from '../repository.ts';

/** `section.key` to its value: what the user and the machine set for all repositories, and what matters here. */
export type UserConfig = ReadonlyMap<string, string>;

/** Settings that change what a status says, and that can start nothing. */
export const safeConfigKeys = [
  'core.autocrlf',
  'core.checkstat',
  'core.eol',
  'core.filemode',
  'core.ignorecase',
  'core.precomposeunicode',
  'core.sparsecheckout',
  'core.sparsecheckoutcone',
  'core.symlinks',
  'core.trustctime',
  'index.sparse',
] as const;

/** Files that git reads for every repository: trusted from the user, never from a repository. */
const userFiles = { 'core.attributesfile': 'attributes', 'core.excludesfile': 'ignore' } as const;

const oldestGit = [2, 32] as const;
const timeoutMs = 10_000;

/** Where git looks for settings even when there are none: what comes to be there counts. */
const machineFiles = ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig'];

export interface UserConfigResult {
  readonly settings: UserConfig;
  /** The files that they come from, or would come from: as long as none of them changes, they are the same. */
  readonly files: readonly string[];
}

/**
 * Checks the version of git, and reads the user's own settings outside of any repository.
 * Throws `RepositoryError` git-missing or git-too-old: without git, no repository has a status.
 */
export async function readUserConfig(
  system: System,
  signal: AbortSignal,
): Promise<UserConfigResult> {
  const configHome = configHomeOf(system);
  const ask = (...args: string[]): Promise<ExecResult> =>
    system.exec('git', args, {
      cwd: '/',
      timeoutMs,
      signal,
      env: {
        LC_ALL: 'C',
        HOME: system.home,
        // No repository, not even one in the root folder.
        GIT_DIR: '/dev/null',
        XDG_CONFIG_HOME: configHome,
      },
    });
  const own = [...safeConfigKeys, ...Object.keys(userFiles)].join('|').replaceAll('.', '\\.');
  const names = `^(${own}|include\\.path|includeif\\..*\\.path)$`;
  try {
    const [version, listing] = await Promise.all([
      ask('--version'),
      ask('config', '-z', '--show-origin', '--get-regexp', names),
    ]);
    refuseOldGit(textOf(version));
    return parseSettings(textOf(listing), system);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'tool') throw error;
    throw new RepositoryError('git-missing', 'error', error.message, error);
  }
}

/** Parses pairs of an origin (`file:<path>`) and a setting (`<name>\n<value>`), each ended by NUL. */
function parseSettings(listing: string, system: System): UserConfigResult {
  const home = (path: string): string => path.replace(/^~(?=\/)/, system.home);
  const configHome = configHomeOf(system);
  const settings = new Map<string, string>();
  for (const [name, file] of Object.entries(userFiles)) {
    settings.set(name, join(configHome, 'git', file));
  }
  const files = new Set(machineFiles);
  files.add(join(configHome, 'git', 'config')).add(join(system.home, '.gitconfig'));
  const records = listing.split('\0');
  for (let at = 0; at + 1 < records.length; at += 2) {
    const origin = records[at]?.replace(/^file:/, '') ?? '';
    const [name = '', value = 'true'] = records[at + 1]?.split('\n', 2) ?? [];
    files.add(origin);
    if (name.startsWith('include')) files.add(resolve(dirname(origin), home(value)));
    else settings.set(name, home(value));
  }
  return { settings, files: [...files] };
}

const configHomeOf = ({ home, env }: System): string =>
  env['XDG_CONFIG_HOME'] || join(home, '.config');

function refuseOldGit(version: string): void {
  const [major, minor] = (/ (\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major === undefined || minor === undefined) {
    throw new RepositoryError('git-missing', 'error', 'git does not tell its version');
  }
  const [oldestMajor, oldestMinor] = oldestGit;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const message = `${version.trim()} is older than ${oldestGit.join('.')}`;
  throw new RepositoryError('git-too-old', 'error', message);
}

const textOf = ({ stdout }: ExecResult): string => Buffer.from(stdout).toString('utf8');
