import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { lastValue } from '../config/git-config.ts';
import { statOrNull } from '../worktree/stat-rows.ts';
import type { OpenRepository } from '../open-repository.ts';
import { readGitDirFile } from '../gitdir/read-gitdir-file.ts';
import { RepositoryError } from '../repository.ts';
import type { UserConfig } from '../config/user-config.ts';

const maxBytes = 64 * 1024;
/** With these, names of another case or another form of Unicode are the same to git. */
const looseNames = ['core.ignorecase', 'core.precomposeunicode'];

/**
 * The lists of what git ignores that lie outside a work tree, the one that counts more last: that of the user,
 * and that of the repository (gitignore(5)). Null where git compares names in another way, or a list can't
 * be read.
 */
export function readExcludeFiles(
  { config, commonDir: commonFolder }: OpenRepository,
  settings: UserConfig,
): readonly string[] | null {
  const isLoose = looseNames.some((name) => {
    const value = lastValue(config, name) ?? settings.get(name) ?? 'false';
    return !/^(?:false|no|off|0)$/i.test(value);
  });
  const ofUser = isLoose ? null : readUserList(settings.get('core.excludesfile') ?? '');
  const ofRepository = isLoose ? null : readIgnoreFile(join(commonFolder, 'info/exclude'));
  return ofUser === null || ofRepository === null ? null : [ofUser, ofRepository];
}

/** Reads a list of ours or of the user; empty where there is none, null where git may see something else. */
export function readIgnoreFile(path: string): string | null {
  try {
    return readGitDirFile(path, maxBytes)?.toString() ?? '';
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}

/** A file of the user's own may be a link. */
function readUserList(path: string): string | null {
  if (path === '') return '';
  if (!isAbsolute(path)) return null;
  const stats = statOrNull(path);
  if (stats === null) return '';
  return stats.isFile() && stats.size <= maxBytes ? readFileSync(path, 'utf8') : null;
}
