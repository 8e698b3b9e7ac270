import { isAbsolute } from 'node:path';
import { readFileSync, statSync } from 'node:fs';
import { isFalse } from '../config/git-config.ts';
import { settingOf } from '../config/status-settings.ts';
import type { UserConfig } from '../config/user-config.ts';
import { readGitDirFile, toRepositoryError } from '../gitdir/read-gitdir-file.ts';
import type { OpenRepository } from '../open-repository.ts';
import { orNull } from '../repository.ts';
import { readRepositoryExcludes } from './repository-excludes.ts';

const maxBytes = 64 * 1024;
/** With these set, git compares names regardless of case or Unicode normalization. */
const nameComparisonKeys = ['core.ignorecase', 'core.precomposeunicode'];

/**
 * Returns the content of `core.excludesFile` and of `info/exclude`, the latter with higher precedence
 * (gitignore(5)). Null if only git can apply them: names are not compared bytewise, or a file can't be read.
 */
export function readExcludeFiles(
  repository: OpenRepository,
  userConfig: UserConfig,
): readonly string[] | null {
  const { config } = repository;
  const comparesBytes = nameComparisonKeys.every((name) =>
    isFalse(settingOf(repository, userConfig, name) ?? 'false'),
  );
  if (!comparesBytes) return null;
  // A setting of the repository replaces the file of the user.
  const userPath = config.has('core.excludesfile') ? '' : userConfig.get('core.excludesfile');
  const userFile = orNull(() => readUserFile(userPath ?? ''));
  const own = orNull(() => readRepositoryExcludes(repository).toString());
  return userFile === null || own === null || own.length > maxBytes ? null : [userFile, own];
}

/** Reads a `.gitignore` file; `''` when it is missing, null when it can't be read or is too large. */
export const readIgnoreFile = (path: string): string | null =>
  orNull(() => readGitDirFile(path, maxBytes)?.toString() ?? '');

/** The user's own file may be a link. */
function readUserFile(path: string): string | null {
  if (path === '') return '';
  if (!isAbsolute(path)) return null;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return '';
    return stats.isFile() && stats.size <= maxBytes ? readFileSync(path, 'utf8') : null;
  } catch (error) {
    throw toRepositoryError(error, path);
  }
}
