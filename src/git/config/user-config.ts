import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../util/errors.ts';
import type { ExecResult, System } from '../../system/system.ts';
import { RepositoryError } from '../repository.ts';

/** The relevant part of the user's and the system's git configuration: `section.key` to its value. */
export type UserConfig = ReadonlyMap<string, string>;

/** Keys that affect the output of `git status` and can't start a program. */
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

/** Keys that are applied here and not by git. */
const ownKeys = ['diff.ignoresubmodules'];

/** Keys that name files, with the default names. Trusted in the user's configuration, never in a repository's. */
const fileKeys = { 'core.attributesfile': 'attributes', 'core.excludesfile': 'ignore' } as const;

const oldestGit = [2, 32] as const;
const timeoutMs = 10_000;

/** Where git may look for the system configuration, whether or not the files exist now. */
const systemFiles = ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig'];

export interface UserConfigResult {
  readonly config: UserConfig;
  /** The files that were read or looked for: the configuration is valid until one of them changes. */
  readonly files: readonly string[];
}

/**
 * Checks the version of git and reads the user's configuration outside of any repository. Throws `RepositoryError`
 * with code `git-missing` or `git-too-old`.
 */
export async function readUserConfig(
  system: System,
  signal: AbortSignal,
): Promise<UserConfigResult> {
  const configHome = configHomeOf(system);
  const git = (...args: string[]): Promise<ExecResult> =>
    system.exec('git', args, {
      cwd: '/',
      timeoutMs,
      signal,
      env: {
        LC_ALL: 'C',
        HOME: system.home,
        // So that git reads no repository, not even one in the root directory.
        GIT_DIR: '/dev/null',
        XDG_CONFIG_HOME: configHome,
      },
    });
  const keys = [...safeConfigKeys, ...ownKeys, ...Object.keys(fileKeys)]
    .join('|')
    .replaceAll('.', '\\.');
  const names = `^(${keys}|include\\.path|includeif\\..*\\.path)$`;
  try {
    const [version, listing] = await Promise.all([
      git('--version'),
      git('config', '-z', '--show-origin', '--get-regexp', names),
    ]);
    assertSupportedGit(textOf(version));
    return parseConfigListing(textOf(listing), system);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'tool') throw error;
    throw new RepositoryError('git-missing', 'error', error.message, error);
  }
}

/** Parses pairs of an origin (`file:<path>`) and a setting (`<name>\n<value>`), each terminated by NUL. */
function parseConfigListing(listing: string, system: System): UserConfigResult {
  const expandHome = (path: string): string => path.replace(/^~(?=\/)/, system.home);
  const configHome = configHomeOf(system);
  const config = new Map<string, string>();
  for (const [name, file] of Object.entries(fileKeys)) {
    config.set(name, join(configHome, 'git', file));
  }
  const files = new Set(systemFiles);
  files.add(join(configHome, 'git', 'config')).add(join(system.home, '.gitconfig'));
  const records = listing.split('\0');
  for (let at = 0; at + 1 < records.length; at += 2) {
    const origin = records[at]?.replace(/^file:/, '') ?? '';
    const [name = '', value = 'true'] = records[at + 1]?.split('\n', 2) ?? [];
    files.add(origin);
    if (name.startsWith('include')) files.add(resolve(dirname(origin), expandHome(value)));
    else config.set(name, expandHome(value));
  }
  return { config, files: [...files] };
}

const configHomeOf = ({ home, env }: System): string =>
  env['XDG_CONFIG_HOME'] || join(home, '.config');

function assertSupportedGit(version: string): void {
  const [major, minor] = (/ (\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major === undefined || minor === undefined) {
    throw new RepositoryError('git-missing', 'error', 'git --version prints no version');
  }
  const [oldestMajor, oldestMinor] = oldestGit;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const message = `${version.trim()} is older than ${oldestGit.join('.')}`;
  throw new RepositoryError('git-too-old', 'error', message);
}

const textOf = ({ stdout }: ExecResult): string => Buffer.from(stdout).toString('utf8');
