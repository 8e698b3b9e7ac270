import { setImmediate } from 'node:timers/promises';
import { joinPath } from '../../../git/paths.ts';
import type { RepositoryFile } from '../../../git/repository.ts';
import type { DirTree } from './dir-tree.ts';
import type { FileWarnings } from './file-warnings.ts';
import { isForeignDir } from './package-dirs.ts';

/** Directories of build results: outside git, only their names show that they are not source. */
const buildDirs: ReadonlySet<string> = new Set(
  (
    'target dist build out obj bin coverage cover htmlcov _build __pycache__ Pods DerivedData deps ' +
    'elm-stuff'
  ).split(' '),
);
const maxFiles = 50_000;
const maxDirs = 10_000;

/**
 * Lists the files of a package outside git. Skips hidden directories, build results, third-party code, links,
 * and directories that are repositories. Ignore files are not read. Stops at 50,000 files or 10,000 directories
 * with a warning.
 */
export async function walkPackage(
  tree: DirTree,
  warnings: FileWarnings,
  signal: AbortSignal,
): Promise<readonly RepositoryFile[]> {
  const files: string[] = [];
  const dirs = new Set(['']);
  // The iteration includes what is added to the set meanwhile.
  for (const dir of dirs) {
    if (files.length > maxFiles || dirs.size > maxDirs) {
      const limits = `${String(maxFiles)} files or ${String(maxDirs)} directories`;
      warnings.add(dir, `is beyond the limit of ${limits} and was not read`);
      break;
    }
    await setImmediate();
    signal.throwIfAborted();
    const entries = tree.list(dir);
    if (dir !== '' && entries.some(({ name }) => name === '.git')) continue;
    for (const entry of entries) {
      if (entry.isFile()) files.push(joinPath(dir, entry.name));
      if (entry.isDirectory() && isSourceDir(entry.name)) dirs.add(joinPath(dir, entry.name));
    }
  }
  return files.sort().map((path) => ({ path, tracked: false }));
}

const isSourceDir = (name: string): boolean =>
  !name.startsWith('.') && !buildDirs.has(name) && !isForeignDir(name);
