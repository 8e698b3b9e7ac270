import { join } from 'node:path';
import { isTrue, parseGitConfig } from '../config/git-config.ts';
import { RepositoryError } from '../repository.ts';
import { lstatOrNull } from '../../util/fs-sync.ts';
import { readGitfile } from './find-gitdir.ts';
import { readGitDirText } from './read-gitdir-file.ts';

/**
 * Whether `.git` of a directory is or names a bare repository with linked work trees: then these are in the directory,
 * where a work tree would have its files.
 */
export function isBareContainer(dir: string): boolean {
  try {
    const gitDir = gitDirOf(dir);
    if (gitDir === null || !isDirectory(join(gitDir, 'worktrees'))) return false;
    const texts = ['config', 'config.worktree'].map((name) => readGitDirText(join(gitDir, name)));
    return isTrue(parseGitConfig(texts.join('\n')), 'core.bare');
  } catch (error) {
    // Reported when the repository is opened.
    if (error instanceof RepositoryError) return false;
    throw error;
  }
}

/** Returns the directory `.git`, which may be a link, or the one that the file `.git` names. */
function gitDirOf(dir: string): string | null {
  const path = join(dir, '.git');
  return lstatOrNull(path)?.isFile() === true ? readGitfile(dir) : path;
}

const isDirectory = (path: string): boolean => lstatOrNull(path)?.isDirectory() === true;
