import { setImmediate } from 'node:timers/promises';
import { createGlobMatcher } from '../../../discovery/globs.ts';
import { joinPath, parentDir } from '../../../git/paths.ts';
import { isForeignDir } from './package-dirs.ts';
import type { ProjectView } from './project-view.ts';

const maxDirs = 20_000;

/**
 * Returns the files that the globs of a setting match. They are relative to the project and cannot leave it: links are
 * not followed. Directories of third-party code and test data are skipped unless a glob names them.
 */
export async function findByGlobs(
  { tree, warnings, signal }: ProjectView,
  globs: readonly string[],
  setting: string,
): Promise<readonly string[]> {
  const isMatch = await createGlobMatcher(globs, false);
  const found: string[] = [];
  const dirs = new Set(globs.map(literalDir));
  const named = new Set(globs.flatMap((glob) => glob.split('/')));
  // The iteration includes what is added to the set meanwhile.
  for (const dir of dirs) {
    if (dirs.size > maxDirs) {
      warnings.add(dir, `${setting} matches more than ${String(maxDirs)} directories`);
      break;
    }
    await setImmediate();
    signal.throwIfAborted();
    for (const entry of tree.list(dir)) {
      const path = joinPath(dir, entry.name);
      if (!entry.isDirectory()) {
        if (isMatch(path)) found.push(path);
      } else if (!isForeignDir(entry.name) || named.has(entry.name)) dirs.add(path);
    }
  }
  return found;
}

/** Returns the directories of a glob before its first wildcard. */
function literalDir(glob: string): string {
  const parts = parentDir(glob).split('/');
  const wildcard = parts.findIndex((part) => part === '..' || /[*?{}()[\]!+@]/.test(part));
  const literal = wildcard < 0 ? parts : parts.slice(0, wildcard);
  return literal.filter((part) => part !== '.' && part !== '').join('/');
}
