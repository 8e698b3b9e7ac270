import { join, sep } from 'node:path';
import { isTrue, parseGitConfig } from '../config/git-config.ts';
import { RepositoryError } from '../repository.ts';
import { lstatOrNull } from '../worktree/stat-rows.ts';
import { readGitfile } from './find-gitdir.ts';
import { readGitDirText } from './read-gitdir-file.ts';

/**
 * Whether a directory contains a bare repository, as `.git` or as the directory that the file `.git` names, and has
 * linked work trees: then these are next to the repository, where a work tree would have its files.
 */
export function isBareContainer(dir: string): boolean {
  try {
    const gitDir = innerGitDir(dir);
    if (gitDir === null || !isDirectory(join(gitDir, 'worktrees'))) return false;
    const texts = ['config', 'config.worktree'].map((name) => readGitDirText(join(gitDir, name)));
    return isTrue(parseGitConfig(texts.join('\n')), 'core.bare');
  } catch (error) {
    // Reported when the repository is opened.
    if (error instanceof RepositoryError) return false;
    throw error;
  }
}

function innerGitDir(dir: string): string | null {
  const path = join(dir, '.git');
  if (isDirectory(path)) return path;
  const gitDir = readGitfile(dir);
  return gitDir?.startsWith(dir + sep) === true ? gitDir : null;
}

const isDirectory = (path: string): boolean => lstatOrNull(path)?.isDirectory() === true;
