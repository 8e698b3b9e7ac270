import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../util/errors.ts';
import type { System } from '../../system/system.ts';
import type { OpenRepository } from '../open-repository.ts';
import { toRepositoryError } from '../gitdir/read-gitdir-file.ts';
import { RepositoryError } from '../repository.ts';
import type { ScratchDir } from './scratch-dir.ts';
import { sandboxFiles } from './sandbox-gitdir.ts';
import type { UserConfig } from '../config/user-config.ts';

const timeoutMs = 10_000;

/**
 * What git sees of the world besides the synthetic folder: no configuration but ours, no prompts, no
 * network, no lazy fetch, no replacement objects, and no lock on the user's index.
 */
const hardened = {
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

/** What it takes to run git. */
export interface GitContext {
  readonly system: System;
  readonly scratchDir: ScratchDir;
  readonly userConfig: UserConfig;
  readonly signal: AbortSignal;
}

/**
 * Runs git on a repository without letting it read the repository's own configuration: it is given a
 * synthetic git folder with HEAD, the refs that matter and harmless settings only, beside the
 * repository's objects, index and work tree. So no filter, hook, monitor, pager or helper of any name can
 * run, and nothing in the repository is written. Answers what git prints. Throws `RepositoryError`.
 */
export async function runGit(
  repository: OpenRepository,
  args: readonly string[],
  context: GitContext,
): Promise<Buffer> {
  const { workTree, gitDir: gitFolder, commonDir: commonFolder } = repository;
  const index = join(gitFolder, 'index');
  assertRegularIndex(gitFolder);
  assertRegularAlternates(commonFolder);
  context.scratchDir.fill(sandboxFiles(repository, context.userConfig));
  return runHardened(args, context, {
    GIT_WORK_TREE: workTree,
    GIT_OBJECT_DIRECTORY: join(commonFolder, 'objects'),
    GIT_INDEX_FILE: index,
  });
}

/** Runs git in a scratch folder that has been filled. Answers what it prints. Throws `RepositoryError`. */
export async function runHardened(
  args: readonly string[],
  { system, scratchDir: folder, signal }: GitContext,
  env: Readonly<Record<string, string>>,
  input?: string,
): Promise<Buffer> {
  try {
    const { exitCode, stdout, stderr } = await system.exec('git', args, {
      cwd: folder.path,
      signal,
      timeoutMs,
      env: { ...hardened, GIT_DIR: folder.path, ...env },
      ...(input === undefined ? {} : { input }),
    });
    // A view, not a copy: a status can be megabytes.
    if (exitCode === 0) return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength);
    const [reason = ''] = stderr.trim().split('\n');
    throw failed(reason || `exit ${String(exitCode)}`);
  } catch (error) {
    throw gitProblem(error);
  }
}

/** Refuses an index that git could not read. Throws `RepositoryError`. */
export const assertRegularIndex = (gitFolder: string): void => {
  refuseOddFile(join(gitFolder, 'index'));
};

/** Refuses an object store whose list of further stores git could not read. Throws `RepositoryError`. */
export const assertRegularAlternates = (commonFolder: string): void => {
  refuseOddFile(join(commonFolder, 'objects', 'info', 'alternates'));
};

/** git would wait for ever for a writer of a FIFO in this place, and follow a link out of the repository. */
function refuseOddFile(path: string): void {
  let stats;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw toRepositoryError(error, path);
  }
  if (stats === undefined || stats.isFile()) return;
  throw new RepositoryError('odd-git-folder', 'untrusted', `${path} is not a regular file`);
}

/** What became of a git process that gave no answer; all else is wrong with the machine or with us. */
function gitProblem(error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  if (error.code === 'timeout') {
    return new RepositoryError('git-timeout', 'error', 'git did not answer in 10 seconds', error);
  }
  return error.code === 'tool' ? failed(error.message, error) : error;
}

const failed = (reason: string, cause?: unknown): RepositoryError =>
  new RepositoryError('git-failed', 'error', `git: ${reason}`, cause);
