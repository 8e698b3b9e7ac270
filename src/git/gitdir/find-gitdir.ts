import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { errnoOf, isNotFound } from '../../util/errors.ts';
import { isTrue, lastValue, parseGitConfig, type GitConfig } from '../config/git-config.ts';
import { RepositoryError } from '../repository.ts';
import {
  readGitDirFile,
  readGitDirText,
  readLinkedFile,
  toRepositoryError,
} from './read-gitdir-file.ts';
import { trackLink, trackRead, trackType } from './tracked-reads.ts';

/** See `Repository`. */
export interface GitDirs {
  readonly gitDir: string;
  readonly commonDir: string;
  /** Without includes. */
  readonly config: GitConfig;
}

export const maxConfigBytes = 1024 * 1024;
/** A `.git` file contains one path, and no file system takes longer ones. */
const maxGitfileBytes = 8 * 1024;

interface Owner {
  readonly owners: readonly number[] | null;
  /** See `ownedType`. */
  readonly typeOf: (path: string) => 'directory' | 'file' | null;
}

/**
 * Finds the git directory of a work tree and verifies that it belongs to it. `.git` is
 * - a directory, whose config, refs and objects may be links to those of another work tree (git-new-workdir);
 * - a file or a link that names a directory which in turn names this work tree (a linked work tree,
 *   gitrepository-layout(5), or a submodule), is inside it, has a linked work tree in it, or is the git directory of no
 *   other work tree (`git init --separate-git-dir`, Google's repo tool);
 * - missing in a bare repository.
 * All of these must be owned by one of `owners` (null: not checked). Throws `RepositoryError`.
 */
export function findGitDirs(workTree: string, owners: readonly number[] | null): GitDirs {
  const owner: Owner = { owners, typeOf: (path) => ownedType(path, owners) };
  const realTree = realPath(workTree);
  if (realTree === null || owner.typeOf(realTree) !== 'directory') throw noRepository();
  const dotGit = join(realTree, '.git');
  const target = linkTarget(dotGit);
  if (target !== null) return requireStore(linkedGitDirs(target, realTree, owner), owner);
  const type = owner.typeOf(dotGit);
  if (type === null) return bareGitDirs(realTree, owner);
  if (type === 'directory') return requireStore(ownGitDirs(dotGit, realTree, owner), owner);
  const gitDir = readGitfile(realTree);
  if (gitDir === null) throw brokenGitfile('the file .git does not name a git directory');
  return requireStore(linkedGitDirs(gitDir, realTree, owner), owner);
}

function requireStore(dirs: GitDirs, { typeOf }: Owner): GitDirs {
  for (const name of ['objects', 'refs']) {
    const path = join(dirs.commonDir, name);
    trackRead(path);
    const target = name === 'objects' ? linkTarget(path) : null;
    // The repo tool keeps the objects of several git directories in one place.
    const isDir = typeOf(target === null || isOfWorkTree(target) ? path : target) === 'directory';
    if (!isDir) {
      throw new RepositoryError('broken-repository', 'error', `the git directory lacks ${name}`);
    }
  }
  return dirs;
}

/** Whether a path is inside the `.git` directory of a work tree. */
const isOfWorkTree = (path: string): boolean => path.split(sep).includes('.git');

/** Requires `core.bare`: other directories may have entries of the same names. */
function bareGitDirs(dir: string, owner: Owner): GitDirs {
  const { typeOf } = owner;
  const isGitDir =
    typeOf(join(dir, 'HEAD')) === 'file' &&
    typeOf(join(dir, 'objects')) === 'directory' &&
    typeOf(join(dir, 'refs')) === 'directory';
  const config = isGitDir ? readConfig(dir, dir, owner) : null;
  if (config === null) throw noRepository();
  if (lastValue(config, 'core.worktree') !== null) throw foreignWorkTree();
  if (!isTrue(config, 'core.bare')) throw noRepository();
  return { gitDir: dir, commonDir: dir, config };
}

function ownGitDirs(dotGit: string, workTree: string, owner: Owner): GitDirs {
  const commonDir = newWorkdirOf(dotGit, owner) ?? dotGit;
  const config = readConfig(commonDir, dotGit, owner);
  const configured = configuredWorkTree(dotGit, config);
  if (configured !== null && configured !== workTree) throw foreignWorkTree();
  return { gitDir: dotGit, commonDir, config };
}

/** Returns the git directory that git-new-workdir links to: config, refs and objects are links into the same one. */
function newWorkdirOf(dotGit: string, { typeOf }: Owner): string | null {
  const config = linkTarget(join(dotGit, 'config'));
  if (config === null) return null;
  const dir = dirname(config);
  const isShared = ['refs', 'objects'].every(
    (name) => linkTarget(join(dotGit, name)) === join(dir, name),
  );
  return isShared && typeOf(dir) === 'directory' ? dir : null;
}

/** Returns the git directory that the file `.git` names; null if it names none. Throws `RepositoryError`. */
export function readGitfile(workTree: string): string | null {
  const text = readGitDirFile(join(workTree, '.git'), maxGitfileBytes)?.toString('utf8').trimEnd();
  const target = /^gitdir: (\S.*)$/.exec(text ?? '')?.[1];
  return target === undefined ? null : resolve(workTree, target);
}

function linkedGitDirs(target: string, workTree: string, owner: Owner): GitDirs {
  const { typeOf } = owner;
  const gitDir = realPath(target);
  if (gitDir === null || typeOf(gitDir) !== 'directory') {
    throw brokenGitfile('the git directory does not exist');
  }
  const common = readGitDirText(join(gitDir, 'commondir'))?.trim();
  if (common === undefined) {
    const config = readConfig(gitDir, gitDir, owner);
    const configured = configuredWorkTree(gitDir, config);
    const isInside = gitDir.startsWith(workTree + sep);
    const isSeparate = isTrue(config, 'core.bare')
      ? hasWorktreeIn(gitDir, workTree)
      : configured === null && !isOfWorkTree(gitDir);
    if (!isInside && !isSeparate && configured !== workTree) {
      throw linkTarget(join(workTree, '.git')) === null ? foreignGitfile() : foreignLink();
    }
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
  return { gitDir, commonDir, config: readConfig(commonDir, gitDir, owner) };
}

/** Whether a bare repository has a linked work tree in a directory, whose file `.git` then names the repository. */
function hasWorktreeIn(gitDir: string, dir: string): boolean {
  const worktrees = join(gitDir, 'worktrees');
  trackRead(worktrees);
  try {
    return readdirSync(worktrees).some((name) => {
      const backLink = readGitDirText(join(worktrees, name, 'gitdir'))?.trim() ?? '';
      return resolve(worktrees, name, backLink).startsWith(dir + sep);
    });
  } catch (error) {
    if (isNotFound(error)) return false;
    throw toRepositoryError(error, worktrees);
  }
}

/** Reads `config` and, with `extensions.worktreeConfig`, `config.worktree` (git-worktree(1)). */
function readConfig(commonDir: string, gitDir: string, { owners }: Owner): GitConfig {
  const read = (dir: string, name: string): string =>
    readLinkedFile(join(dir, name), { owners, maxBytes: maxConfigBytes })?.toString('utf8') ?? '';
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

/** Returns the target of a link; null if the path is not a link, or its target does not exist. */
function linkTarget(path: string): string | null {
  trackType(path);
  try {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink ? realPath(path) : null;
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return null;
    throw toRepositoryError(error, path);
  }
}

function realPath(path: string): string | null {
  try {
    const real = realpathSync.native(path);
    if (real === path) trackType(path);
    else trackLink();
    return real;
  } catch (error) {
    trackRead(path);
    if (isNotFound(error)) return null;
    throw toRepositoryError(error, path);
  }
}

/** Throws `RepositoryError` for a path that none of `owners` owns, and for links and special files. */
function ownedType(path: string, owners: readonly number[] | null): 'directory' | 'file' | null {
  trackType(path);
  let stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw toRepositoryError(error, path);
  }
  if (owners?.includes(stats.uid) === false) {
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

const brokenGitfile = (message: string): RepositoryError =>
  new RepositoryError('broken-gitfile', 'error', message);

const foreignWorkTree = (): RepositoryError =>
  new RepositoryError('foreign-worktree', 'untrusted', 'core.worktree names another directory');

const foreignLink = (): RepositoryError =>
  new RepositoryError(
    'invalid-git-dir',
    'untrusted',
    '.git is a link to the git directory of another work tree',
  );

const foreignGitfile = (): RepositoryError =>
  new RepositoryError(
    'foreign-gitfile',
    'untrusted',
    'the file .git names a repository that does not list this work tree',
  );
