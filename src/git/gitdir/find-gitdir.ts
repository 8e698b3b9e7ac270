import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { errnoOf } from '../../util/errors.ts';
import { isTrue, lastValue, parseGitConfig, type GitConfig } from '../config/git-config.ts';
import { toRepositoryError, readGitDirFile, readGitDirText } from './read-gitdir-file.ts';
import { RepositoryError } from '../repository.ts';

export interface GitDirs {
  /** The `.git` folder, or the one that a `.git` file names. */
  readonly gitDir: string;
  /** Where objects, refs and settings are: another one for linked work trees only. */
  readonly commonDir: string;
  readonly config: GitConfig;
}

const maxConfigBytes = 1024 * 1024;
/** One path, and no file system takes longer ones. */
const maxGitfileBytes = 8 * 1024;
type KindOf = (path: string) => 'folder' | 'file' | null;

/**
 * Finds the git folder of a work tree, and makes sure that it is its own. `.git` is a folder; or a file
 * that names a folder which in turn names this work tree (a linked work tree, gitrepository-layout(5), or a
 * submodule), or which lies inside it; or the folder is itself that of a bare one. All of it must belong to
 * `uid` and be reached without links. Throws `RepositoryError`.
 */
export function findGitDirs(workTree: string, uid: number | null): GitDirs {
  const owned: KindOf = (path) => kindOf(path, uid);
  const realTree = realPath(workTree);
  if (realTree === null || owned(realTree) !== 'folder') throw noRepository();
  const dotGit = join(realTree, '.git');
  const kind = owned(dotGit);
  if (kind === null) return bareFolder(realTree, owned);
  const folders = kind === 'folder' ? ownFolder(dotGit, realTree) : linked(realTree, owned);
  for (const name of ['objects', 'refs']) {
    if (owned(join(folders.commonDir, name)) !== 'folder') {
      throw new RepositoryError('broken-repository', 'error', `the git folder lacks ${name}`);
    }
  }
  return folders;
}

/** A git folder without a work tree; `core.bare` says so, for anything could lie in folders of such names. */
function bareFolder(folder: string, owned: KindOf): GitDirs {
  const isGitFolder =
    owned(join(folder, 'HEAD')) === 'file' &&
    owned(join(folder, 'objects')) === 'folder' &&
    owned(join(folder, 'refs')) === 'folder';
  const config = isGitFolder ? readConfig(folder, folder) : null;
  if (config === null || !isTrue(config, 'core.bare')) throw noRepository();
  return { gitDir: folder, commonDir: folder, config };
}

function ownFolder(dotGit: string, workTree: string): GitDirs {
  const config = readConfig(dotGit, dotGit);
  const named = namedWorkTree(dotGit, config);
  if (named !== null && named !== workTree) {
    const message = 'core.worktree leads out of the folder';
    throw new RepositoryError('foreign-worktree', 'untrusted', message);
  }
  return { gitDir: dotGit, commonDir: dotGit, config };
}

function linked(workTree: string, owned: KindOf): GitDirs {
  const text = readGitDirFile(join(workTree, '.git'), maxGitfileBytes)?.toString('utf8').trimEnd();
  const target = /^gitdir: (\S.*)$/.exec(text ?? '')?.[1];
  if (target === undefined) {
    throw new RepositoryError('broken-gitfile', 'error', '.git is a file that names no git folder');
  }
  const gitFolder = realPath(resolve(workTree, target));
  if (gitFolder === null || owned(gitFolder) !== 'folder') {
    throw new RepositoryError('broken-gitfile', 'error', 'the git folder is not there');
  }
  const common = readGitDirText(join(gitFolder, 'commondir'))?.trim();
  if (common === undefined) {
    const config = readConfig(gitFolder, gitFolder);
    const isInside = gitFolder.startsWith(workTree + sep);
    if (!isInside && namedWorkTree(gitFolder, config) !== workTree) throw foreignGitfile();
    return { gitDir: gitFolder, commonDir: gitFolder, config };
  }
  const commonFolder = realPath(resolve(gitFolder, common));
  if (commonFolder === null || owned(commonFolder) !== 'folder') {
    throw new RepositoryError('broken-worktree', 'error', 'the main repository is not there');
  }
  // Anybody can write a back link; only the main repository can hold this folder among its work trees.
  const isHeld = dirname(gitFolder) === join(commonFolder, 'worktrees');
  const backLink = readGitDirText(join(gitFolder, 'gitdir'))?.trim() ?? '';
  if (!isHeld || realPath(dirname(resolve(gitFolder, backLink))) !== workTree) {
    throw foreignGitfile();
  }
  return {
    gitDir: gitFolder,
    commonDir: commonFolder,
    config: readConfig(commonFolder, gitFolder),
  };
}

/** The settings of a repository, and those of the one work tree where it has such (git-worktree(1)). */
function readConfig(commonFolder: string, gitFolder: string): GitConfig {
  const read = (folder: string, name: string): string =>
    readGitDirFile(join(folder, name), maxConfigBytes)?.toString('utf8') ?? '';
  const text = read(commonFolder, 'config');
  const config = parseGitConfig(text);
  if (!isTrue(config, 'extensions.worktreeconfig')) return config;
  return parseGitConfig(`${text}\n${read(gitFolder, 'config.worktree')}`);
}

/** The work tree that `core.worktree` names: submodules have it, and whoever moved theirs. */
function namedWorkTree(gitFolder: string, config: GitConfig): string | null {
  const named = lastValue(config, 'core.worktree');
  return named === null ? null : (realPath(resolve(gitFolder, named)) ?? named);
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

/** What is at a path that must belong to `uid`; null when there is nothing. */
function kindOf(path: string, uid: number | null): 'folder' | 'file' | null {
  let stats;
  try {
    stats = lstatSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw toRepositoryError(error, path);
  }
  if (uid !== null && stats.uid !== uid) {
    const message = 'the repository belongs to another user and is not read';
    throw new RepositoryError('dubious-ownership', 'untrusted', message);
  }
  if (stats.isDirectory()) return 'folder';
  if (stats.isFile()) return 'file';
  const message = 'a part of the git folder is neither a folder nor a file';
  throw new RepositoryError('odd-git-folder', 'untrusted', message);
}

const noRepository = (): RepositoryError =>
  new RepositoryError('no-repository', 'error', 'there is no repository any more');

const foreignGitfile = (): RepositoryError =>
  new RepositoryError(
    'foreign-gitfile',
    'untrusted',
    '.git leads to a repository that knows nothing of this folder',
  );
