import { lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { toFileError } from '../files.ts';
import type { ExecResult, System } from '../system.ts';
import { lastValue } from './config-file.ts';
import { readText } from './read-text.ts';
import type { OpenRepository } from './open.ts';
import { RepositoryError } from './repository.ts';

/** The settings of the user's own that are trusted, read once a run. */
export interface UserSettings {
  readonly excludesFile: string | null;
  readonly autocrlf: string | null;
}

const timeoutMs = 10_000;
const nobody = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

/**
 * What git sees of the world besides the synthetic folder: no configuration but ours, no prompts, no
 * network, no lazy fetch, no replacement objects, and no lock on the user's index.
 */
const hardened = {
  ...nobody,
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: '/',
};

/** Settings of the repository that change what its status says, and that can start nothing. */
const allowedSettings = [
  'core.filemode',
  'core.ignorecase',
  'core.autocrlf',
  'core.eol',
  'core.symlinks',
  'core.checkstat',
  'core.trustctime',
  'core.precomposeunicode',
  'core.sparsecheckout',
  'core.sparsecheckoutcone',
  'index.sparse',
] as const;

export interface GitOptions {
  readonly system: System;
  readonly scratch: string;
  readonly settings: UserSettings;
  readonly signal: AbortSignal;
}

/**
 * Runs git on a repository without letting it read the repository's own configuration: it is given a
 * synthetic git folder with HEAD, the refs that matter and allow-listed settings only, beside the
 * repository's objects, index and work tree. So no filter, hook, monitor, pager or helper of any name can
 * run, and nothing in the repository is written. Throws `RepositoryError`.
 */
export async function runGit(
  repository: OpenRepository,
  args: readonly string[],
  { system, scratch, settings, signal }: GitOptions,
): Promise<ExecResult> {
  const folder = join(scratch, `git-${String((serial += 1))}`);
  await refuseOddAlternates(repository);
  try {
    await writeSyntheticFolder(folder, repository, settings).catch((error: unknown) => {
      throw toFileError(error, scratch);
    });
    return await system.exec('git', args, {
      cwd: repository.workTree,
      signal,
      timeoutMs,
      env: {
        ...hardened,
        GIT_DIR: folder,
        GIT_WORK_TREE: repository.workTree,
        GIT_OBJECT_DIRECTORY: join(repository.commonFolder, 'objects'),
        GIT_INDEX_FILE: join(repository.gitFolder, 'index'),
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw gitProblem(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let serial = 0;

async function writeSyntheticFolder(
  folder: string,
  repository: OpenRepository,
  settings: UserSettings,
): Promise<void> {
  const { head, headRef, upstream, upstreamRef, gitFolder, commonFolder } = repository;
  await mkdir(join(folder, 'info'), { recursive: true });
  await mkdir(join(folder, 'refs'));
  const refs = new Map<string, string>();
  if (headRef !== null && head.oid !== null) refs.set(headRef, head.oid);
  if (upstreamRef !== null && upstream?.oid) refs.set(upstreamRef, upstream.oid);
  const packed = [...refs].toSorted(([a], [b]) => (a < b ? -1 : 1));
  await Promise.all([
    writeFile(join(folder, 'HEAD'), headRef === null ? `${head.oid ?? ''}\n` : `ref: ${headRef}\n`),
    writeFile(join(folder, 'config'), syntheticConfig(repository, settings)),
    writeFile(
      join(folder, 'packed-refs'),
      packed.map(([name, oid]) => `${oid} ${name}\n`).join(''),
    ),
    copyText(join(commonFolder, 'shallow'), join(folder, 'shallow')),
    copyText(join(commonFolder, 'info', 'exclude'), join(folder, 'info', 'exclude')),
    copyText(join(gitFolder, 'info', 'sparse-checkout'), join(folder, 'info', 'sparse-checkout')),
    linkSharedIndexes(gitFolder, folder),
  ]);
}

/** A split index is completed from `sharedindex.*` in the git folder. */
async function linkSharedIndexes(gitFolder: string, folder: string): Promise<void> {
  for (const name of await readdir(gitFolder)) {
    if (/^sharedindex\.[0-9a-f]+$/.test(name))
      await symlink(join(gitFolder, name), join(folder, name));
  }
}

async function copyText(from: string, to: string): Promise<void> {
  const text = await readText(from);
  if (text !== null) await writeFile(to, text);
}

function syntheticConfig(repository: OpenRepository, settings: UserSettings): string {
  const { config, format, headRef, upstreamRef } = repository;
  const lines = [
    setting('core.repositoryformatversion', format === 'sha256' ? '1' : '0'),
    setting('core.bare', 'false'),
    setting('core.fsmonitor', 'false'),
    setting('core.hookspath', '/dev/null'),
    setting('core.attributesfile', '/dev/null'),
    setting('core.excludesfile', settings.excludesFile ?? '/dev/null'),
    setting('core.commitgraph', 'false'),
    setting('core.multipackindex', 'false'),
    setting('core.preloadindex', 'false'),
    setting('core.quotepath', 'false'),
    setting('gc.auto', '0'),
    setting('log.showsignature', 'false'),
    setting('status.submodulesummary', 'false'),
    ...(format === 'sha256' ? [setting('extensions.objectformat', 'sha256')] : []),
    ...(settings.autocrlf === null ? [] : [setting('core.autocrlf', settings.autocrlf)]),
  ];
  for (const name of allowedSettings) {
    const value = lastValue(config, name);
    if (value !== null) lines.push(setting(name, value));
  }
  if (headRef !== null && upstreamRef !== null) {
    const branch = headRef.replace(/^refs\/heads\//, '');
    lines.push(setting('remote', '.', branch), setting('merge', upstreamRef, branch));
  }
  return lines.join('');
}

/** One setting in a section of its own; with a branch, a key of that branch. */
function setting(name: string, value: string, branch?: string): string {
  const quote = (text: string): string =>
    `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  if (branch !== undefined) return `[branch ${quote(branch)}]\n\t${name} = ${quote(value)}\n`;
  const [section = '', key = ''] = name.split('.');
  return `[${section}]\n\t${key} = ${quote(value)}\n`;
}

/** git would wait for ever for a writer of a FIFO in this place. */
async function refuseOddAlternates({ commonFolder }: OpenRepository): Promise<void> {
  const path = join(commonFolder, 'objects', 'info', 'alternates');
  const stats = await lstat(path).catch(() => null);
  if (stats !== null && !stats.isFile()) {
    throw new RepositoryError('odd-alternates', 'untrusted', 'objects/info/alternates is no file');
  }
}

function gitProblem(error: unknown): unknown {
  // Anything else is wrong with the machine, the lock or us, not with this repository.
  if (!(error instanceof UserError)) return error;
  if (error.code === 'TIMEOUT') {
    return new RepositoryError('git-timeout', 'error', 'git did not answer in 10 seconds', error);
  }
  return error.code === 'TOOL'
    ? new RepositoryError('git-missing', 'error', error.message, error)
    : error;
}

const oldestGit = [2, 32] as const;

/** Checks the version of git and reads what the user set for all repositories. Throws `RepositoryError`. */
export async function readUserSettings(system: System, signal: AbortSignal): Promise<UserSettings> {
  const ask = (args: readonly string[]): Promise<ExecResult> =>
    system
      .exec('git', args, {
        cwd: '/',
        timeoutMs,
        signal,
        env: { LC_ALL: 'C', HOME: system.home, ...userConfigPlace(system) },
      })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw gitProblem(error);
      });
  const version = text(await ask(['--version']));
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major < oldestGit[0] || (major === oldestGit[0] && minor < oldestGit[1])) {
    throw new RepositoryError('git-too-old', 'error', `${version.trim()} is older than 2.32`);
  }
  const global = async (...query: readonly string[]): Promise<string | null> => {
    const { exitCode, stdout } = await ask(['config', '--global', ...query]);
    return exitCode === 0 ? Buffer.from(stdout).toString('utf8').trim() : null;
  };
  return {
    excludesFile:
      (await global('--type=path', '--get', 'core.excludesFile')) ??
      join(system.env['XDG_CONFIG_HOME'] || join(system.home, '.config'), 'git', 'ignore'),
    autocrlf: await global('--get', 'core.autocrlf'),
  };
}

function userConfigPlace({ env }: System): Record<string, string> {
  const place = env['XDG_CONFIG_HOME'];
  return place ? { XDG_CONFIG_HOME: place } : {};
}

const text = ({ stdout }: ExecResult): string => Buffer.from(stdout).toString('utf8');
