import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { errnoOf } from '../../util/errors.ts';
import { isTrue, lastValue, parseGitConfig, type GitConfig } from '../config/git-config.ts';
import { RepositoryError } from '../repository.ts';
import { readGitDirFile, readGitDirText, toRepositoryError } from './read-gitdir-file.ts';

/** See `Repository`. */
export interface GitDirs {
  readonly gitDir: string;
  readonly commonDir: string;
  readonly config: GitConfig;
}

const maxConfigBytes = 1024 * 1024;
/** A `.git` file contains one path, and no file system takes longer ones. */
const maxGitfileBytes = 8 * 1024;
type TypeOf = (path: string) => 'directory' | 'file' | null;

/**
 * Finds the git directory of a work tree and verifies that it belongs to it. `.git` is a directory; or a file
 * that names a directory which in turn names this work tree (a linked work tree, gitrepository-layout(5), or a
 * submodule) or is inside it; or the work tree is itself a bare repository. All of these must be owned by `uid`
 * and contain no links. Throws `RepositoryError`.
 */
export function findGitDirs(workTree: string, uid: number | null): GitDirs {
  const typeOf: TypeOf = (path) => ownedType(path, uid);
  const realTree = realPath(workTree);
  if (realTree === null || typeOf(realTree) !== 'directory') throw noRepository();
  const dotGit = join(realTree, '.git');
  const type = typeOf(dotGit);
  if (type === null) return bareGitDirs(realTree, typeOf);
  const dirs =
    type === 'directory' ? ownGitDirs(dotGit, realTree) : linkedGitDirs(realTree, typeOf);
  for (const name of ['objects', 'refs']) {
    if (typeOf(join(dirs.commonDir, name)) !== 'directory') {
      throw new RepositoryError('broken-repository', 'error', `the git directory lacks ${name}`);
    }
  }
  return dirs;
}

/** Requires `core.bare`: other directories may have entries of the same names. */
function bareGitDirs(dir: string, typeOf: TypeOf): GitDirs {
  const isGitDir =
    typeOf(join(dir, 'HEAD')) === 'file' &&
    typeOf(join(dir, 'objects')) === 'directory' &&
    typeOf(join(dir, 'refs')) === 'directory';
  const config = isGitDir ? readConfig(dir, dir) : null;
  if (config === null || !isTrue(config, 'core.bare')) throw noRepository();
  return { gitDir: dir, commonDir: dir, config };
}

function ownGitDirs(dotGit: string, workTree: string): GitDirs {
  const config = readConfig(dotGit, dotGit);
  const configured = configuredWorkTree(dotGit, config);
  if (configured !== null && configured !== workTree) {
    const message = 'core.worktree names another directory';
    throw new RepositoryError('foreign-worktree', 'untrusted', message);
  }
  return { gitDir: dotGit, commonDir: dotGit, config };
}

function linkedGitDirs(workTree: string, typeOf: TypeOf): GitDirs {
  const text = readGitDirFile(join(workTree, '.git'), maxGitfileBytes)?.toString('utf8').trimEnd();
  const target = /^gitdir: (\S.*)$/.exec(text ?? '')?.[1];
  if (target === undefined) {
    throw new RepositoryError(
      'broken-gitfile',
      'error',
      'the file .git does not name a git directory',
    );
  }
  const gitDir = realPath(resolve(workTree, target));
  if (gitDir === null || typeOf(gitDir) !== 'directory') {
    throw new RepositoryError('broken-gitfile', 'error', 'the git directory does not exist');
  }
  const common = readGitDirText(join(gitDir, 'commondir'))?.trim();
  if (common === undefined) {
    const config = readConfig(gitDir, gitDir);
    const isInside = gitDir.startsWith(workTree + sep);
    if (!isInside && configuredWorkTree(gitDir, config) !== workTree) throw foreignGitfile();
    return { gitDir, commonDir: gitDir, config };
  }
  const commonDir = realPath(resolve(gitDir, common));
  if (commonDir === null || typeOf(commonDir) !== 'directory') {
    throw new RepositoryError('broken-worktree', 'error', 'the main repository does not exist');
  }
  // A back link is easily forged, but only the main repository can contain this directory in `worktrees`.
  const isRegistered = dirname(gitDir) === join(commonDir, 'worktrees');
  const backLink = readGitDirText(join(gitDir, 'gitdir'))?.trim() ?? '';
  if (!isRegistered || realPath(dirname(resolve(gitDir, backLink))) !== workTree) {
    throw foreignGitfile();
  }
  return { gitDir, commonDir, config: readConfig(commonDir, gitDir) };
}

/** Reads `config` and, with `extensions.worktreeConfig`, `config.worktree` (git-worktree(1)). */
function readConfig(commonDir: string, gitDir: string): GitConfig {
  const read = (dir: string, name: string): string =>
    readGitDirFile(join(dir, name), maxConfigBytes)?.toString('utf8') ?? '';
  const text = read(commonDir, 'config');
  const config = parseGitConfig(text);
  if (!isTrue(config, 'extensions.worktreeconfig')) return config;
  return parseGitConfig(`${text}\n${read(gitDir, 'config.worktree')}`);
}

/** The work tree in `core.worktree`, which submodules have. */
function configuredWorkTree(gitDir: string, config: GitConfig): string | null {
  const value = lastValue(config, 'core.worktree');
  return value === null ? null : (realPath(resolve(gitDir, value)) ?? value);
}

function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw toRepositoryError(error, path);
  }
}

/** Throws `RepositoryError` for a path that `uid` does not own, and for links and special files. */
function ownedType(path: string, uid: number | null): 'directory' | 'file' | null {
  let stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw toRepositoryError(error, path);
  }
  if (uid !== null && stats.uid !== uid) {
    const message = 'the repository is owned by another user and is not read';
    throw new RepositoryError('dubious-ownership', 'untrusted', message);
  }
  if (stats.isDirectory()) return 'directory';
  if (stats.isFile()) return 'file';
  const message = `${path} is neither a directory nor a regular file`;
  throw new RepositoryError('invalid-git-dir', 'untrusted', message);
}

const noRepository = (): RepositoryError =>
  new RepositoryError('no-repository', 'error', 'the directory is no longer a repository');

const foreignGitfile = (): RepositoryError =>
  new RepositoryError(
    'foreign-gitfile',
    'untrusted',
    'the file .git names a repository that does not list this work tree',
  );
