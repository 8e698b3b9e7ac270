import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../util/errors.ts';
import type { ExecResult, System } from '../../system/system.ts';
import { readOwnedFile } from '../gitdir/read-gitdir-file.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';
import type { ConfigEntry } from './git-config.ts';
import { expandHome, expandIncludes, isInclude } from './includes.ts';
import { remoteUrls } from './remote-url.ts';

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
  'diff.renamelimit',
  'diff.renames',
  'index.sparse',
  'status.renamelimit',
  'status.renames',
] as const;

/** Keys that are applied here and not by git. */
const ownKeys = ['diff.ignoresubmodules', 'status.showuntrackedfiles'];

/** Keys that name files, with the default names. Trusted in the user's configuration, never in a repository's. */
const fileKeys = { 'core.attributesfile': 'attributes', 'core.excludesfile': 'ignore' } as const;

const oldestGit = [2, 32] as const;
const timeoutMs = 10_000;
const maxIncludedBytes = 1024 * 1024;

/** Where git may look for the system configuration, whether or not the files exist now. */
const systemFiles = ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig'];

/**
 * Environment variables that name configuration files (git(1)). Others are not passed to git: `GIT_CONFIG_COUNT` and
 * `GIT_CONFIG_PARAMETERS` belong to one command, so a run by hand would differ from a scheduled one.
 */
export const configVariables = [
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
] as const;

export interface UserConfigResult {
  /** The entries in ascending precedence, with absolute paths. The only includes are conditional ones. */
  readonly entries: readonly ConfigEntry[];
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
        ...configEnv(system),
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
    assertSupportedGit(version);
    return parseConfigListing(textOf(listing), system);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'tool') throw error;
    throw new RepositoryError('git-missing', 'error', error.message, error);
  }
}

const configEnv = ({ env }: System): Record<string, string> =>
  Object.fromEntries(
    configVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );

/** Parses pairs of an origin (`file:<path>`) and a setting (`<name>\n<value>`), each terminated by NUL. */
function parseConfigListing(listing: string, system: System): UserConfigResult {
  const configHome = configHomeOf(system);
  const entries: ConfigEntry[] = Object.entries(fileKeys).map(([name, file]) => [
    name,
    join(configHome, 'git', file),
  ]);
  const files = new Set(systemFiles);
  files.add(join(configHome, 'git', 'config')).add(join(system.home, '.gitconfig'));
  for (const name of ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM'] as const) {
    if (system.env[name]) files.add(system.env[name]);
  }
  const records = listing.split('\0');
  for (let at = 0; at + 1 < records.length; at += 2) {
    const origin = records[at]?.replace(/^file:/, '') ?? '';
    const [name = '', value = 'true'] = records[at + 1]?.split('\n', 2) ?? [];
    files.add(origin);
    if (!isInclude(name)) entries.push([name, expandHome(value, system.home)]);
    else {
      const path = resolve(dirname(origin), expandHome(value, system.home));
      files.add(path);
      // `gitdir:./` is relative to the file of the condition. git has read unconditional includes.
      const condition = name.replace(
        /^(includeif\.gitdir(?:\/i)?:)\.(?=\/)/,
        (_, start: string) => start + dirname(origin),
      );
      if (name !== 'include.path') entries.push([condition, path]);
    }
  }
  return { entries, files: [...files] };
}

/**
 * Returns the configuration of the user for one repository, with the conditional includes that apply to it. Throws
 * `RepositoryError` if one of these can't be read.
 */
export function userConfigFor(
  entries: readonly ConfigEntry[],
  { gitDir, headRef, config }: OpenRepository,
  home: string,
): UserConfig {
  const read = (path: string): string | null =>
    readOwnedFile(path, { owners: null, maxBytes: maxIncludedBytes })?.toString('utf8') ?? null;
  const context = { gitDir, headRef, home, read, remoteUrls: remoteUrls(config) };
  const known = new Set<string>([...safeConfigKeys, ...ownKeys, ...Object.keys(fileKeys)]);
  const expanded = expandIncludes(entries, home, context).filter(([name]) => known.has(name));
  return new Map(
    expanded.map(([name, value]) => [name, name in fileKeys ? expandHome(value, home) : value]),
  );
}

const configHomeOf = ({ home, env }: System): string =>
  env['XDG_CONFIG_HOME'] || join(home, '.config');

function assertSupportedGit({ stdout, stderr }: ExecResult): void {
  const version = Buffer.from(stdout).toString('utf8');
  const [major, minor] = (/ (\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major === undefined || minor === undefined) {
    const [reason = ''] = stderr.trim().split('\n');
    const message = `git --version prints no version${reason === '' ? '' : `: ${reason}`}`;
    throw new RepositoryError('git-missing', 'error', message);
  }
  const [oldestMajor, oldestMinor] = oldestGit;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  const message = `${version.trim()} is older than ${oldestGit.join('.')}`;
  throw new RepositoryError('git-too-old', 'error', message);
}

const textOf = ({ stdout }: ExecResult): string => Buffer.from(stdout).toString('utf8');
