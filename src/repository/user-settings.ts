import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { ExecResult, System } from '../system.ts';
import { RepositoryError } from './repository.ts';

/** `section.key` to its value: what the user and the machine set for all repositories, and what matters here. */
export type UserSettings = ReadonlyMap<string, string>;

/** Settings that change what a status says, and that can start nothing. */
export const harmlessSettings = [
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

/**
 * Checks the version of git, and reads the user's own settings outside of any repository.
 * Throws `RepositoryError` git-missing or git-too-old: without git, no repository has a status.
 */
export async function readUserSettings(system: System, signal: AbortSignal): Promise<UserSettings> {
  const { XDG_CONFIG_HOME: configHome } = system.env;
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
        ...(configHome ? { XDG_CONFIG_HOME: configHome } : {}),
      },
    });
  const names = [...harmlessSettings, ...Object.keys(userFiles)].join('|').replaceAll('.', '\\.');
  try {
    const [version, listing] = await Promise.all([
      ask('--version'),
      ask('config', '-z', '--get-regexp', `^(${names})$`),
    ]);
    refuseOldGit(textOf(version));
    const settings = new Map<string, string>();
    for (const [name, file] of Object.entries(userFiles)) {
      settings.set(name, join(configHome || join(system.home, '.config'), 'git', file));
    }
    for (const record of textOf(listing).split('\0').filter(Boolean)) {
      const [name = '', value = 'true'] = record.split('\n', 2);
      settings.set(name, value.replace(/^~(?=\/)/, system.home));
    }
    return settings;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'TOOL') throw error;
    throw new RepositoryError('git-missing', 'error', error.message, error);
  }
}

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
