import { join } from 'node:path';
import { UserError } from '../../util/errors.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import type { System } from '../../system/system.ts';
import type { UserConfig } from '../config/user-config.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';
import { assertIgnoreFile, assertLinkedIgnoreFile } from './ignore-file-limits.ts';
import { assertRegularFile, assertRegularObjects } from './object-stores.ts';
import { sandboxFiles } from './sandbox-gitdir.ts';
import type { ScratchDir } from './scratch-dir.ts';

/** Several times what git needs for a work tree of 400,000 files. */
const maxMemoryBytes = 1024 * 1024 * 1024;

/**
 * The environment of every git process: no configuration but the sandbox's, no prompts, no network, no lazy
 * fetch, no replacement objects, and no lock on the user's index.
 */
const hardenedEnv = {
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
};

export interface GitContext {
  readonly system: System;
  readonly scratchDir: ScratchDir;
  readonly userConfig: UserConfig;
  readonly signal: AbortSignal;
  /** See `GitBudget`. */
  readonly timeoutMs: number;
}

/**
 * Runs git on a repository without letting it read the repository's configuration, and returns its output. git
 * gets a sandbox as its git directory (see `sandboxFiles`), together with the objects, index and work tree of
 * the repository. So no filter, hook, monitor, pager or helper can run, and nothing in the repository is
 * written. Throws `RepositoryError`.
 */
export async function runGit(
  repository: OpenRepository,
  args: readonly string[],
  context: GitContext,
): Promise<Buffer> {
  const { workTree, gitDir, commonDir, head } = repository;
  assertRegularIndex(gitDir);
  assertRegularObjects(commonDir, head.oid);
  for (const name of ['.gitignore', '.gitattributes']) assertIgnoreFile(join(workTree, name));
  for (const name of ['core.excludesfile', 'core.attributesfile']) {
    assertLinkedIgnoreFile(context.userConfig.get(name) ?? '');
  }
  const options = { command: args[0] ?? '', dir: context.scratchDir.path };
  context.scratchDir.fill(sandboxFiles(repository, context.userConfig, options));
  return runHardened(args, context, {
    GIT_WORK_TREE: workTree,
    GIT_OBJECT_DIRECTORY: join(commonDir, 'objects'),
    GIT_INDEX_FILE: join(gitDir, 'index'),
  });
}

/** git's warning of a path that the system rejects. git cuts a warning after 4,095 bytes: then it lacks the reason. */
const tooLongPath = /: File ?name too long$|^warning: could not open directory '(?!.*': [A-Z])/;

/** Runs git in a scratch directory that has been filled, and returns its output. Throws `RepositoryError`. */
export async function runHardened(
  args: readonly string[],
  { system, scratchDir, signal, timeoutMs }: GitContext,
  env: Readonly<Record<string, string>>,
  input?: string,
): Promise<Buffer> {
  try {
    const { exitCode, stdout, stderr } = await system.exec('git', args, {
      cwd: scratchDir.path,
      signal,
      ...{ timeoutMs, maxMemoryBytes },
      env: { ...hardenedEnv, GIT_DIR: scratchDir.path, ...env },
      ...(input === undefined ? {} : { input }),
    });
    const lines = stderr.trim().split('\n');
    // git only warns of such a path, and reports it and all below it as unchanged.
    const tooLong = lines.find((line) => tooLongPath.test(line.trim()));
    if (tooLong !== undefined) throw gitFailed(`path too long: ${sanitizeLine(tooLong, 100)}`);
    // A view, not a copy: a status can be megabytes.
    if (exitCode === 0) return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength);
    const [reason = ''] = lines;
    throw gitFailed(reason || `exit ${String(exitCode)}`);
  } catch (error) {
    throw toGitError(error, timeoutMs);
  }
}

/** Throws `RepositoryError` if the index exists and is not a regular file. */
export const assertRegularIndex = (gitDir: string): void => {
  assertRegularFile(join(gitDir, 'index'));
};

/** Converts the failures of a git process; anything else is a failure of the machine or a bug. */
function toGitError(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof UserError)) return error;
  if (error.code === 'timeout') {
    const message = `git did not finish in ${plural(timeoutMs / 1000, 'second')}`;
    return new RepositoryError('git-timeout', 'error', message, error);
  }
  return error.code === 'tool' ? gitFailed(error.message, error) : error;
}

const gitFailed = (reason: string, cause?: unknown): RepositoryError =>
  new RepositoryError('git-failed', 'error', `git: ${reason}`, cause);
