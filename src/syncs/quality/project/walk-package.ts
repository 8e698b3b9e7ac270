import { setImmediate } from 'node:timers/promises';
import { isForeignFolder } from './package-dirs.ts';
import type { Problems } from './file-warnings.ts';
import { joinPath } from '../../../git/paths.ts';
import type { Tree } from './dir-tree.ts';

/** Folders of build results: without git nothing else says that they are not source. */
const builtFolders: ReadonlySet<string> = new Set([
  ...['target', 'dist', 'build', 'out', 'obj', 'bin', 'coverage', 'cover', 'htmlcov', '_build'],
  ...['__pycache__', 'Pods', 'DerivedData', 'deps', 'elm-stuff'],
]);
const maxFiles = 50_000;
const maxFolders = 10_000;

/**
 * Lists the files of a package outside git. It passes over hidden folders, build results, the code of
 * others, links, and folders that are repositories of their own; ignore files are not read. It stops
 * at 50,000 files or 10,000 folders, with a problem.
 */
export async function walkPackage(
  tree: Tree,
  problems: Problems,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = new Set(['']);
  // A set goes on to what is added while it is walked.
  for (const folder of folders) {
    if (files.length > maxFiles || folders.size > maxFolders) {
      problems.add(
        folder,
        'lies beyond the first 50,000 files or 10,000 folders, which are all we read',
      );
      break;
    }
    await setImmediate();
    signal.throwIfAborted();
    const entries = tree.list(folder);
    if (folder !== '' && entries.some(({ name }) => name === '.git')) continue;
    for (const entry of entries) {
      if (entry.isFile()) files.push(joinPath(folder, entry.name));
      if (entry.isDirectory() && isSource(entry.name)) folders.add(joinPath(folder, entry.name));
    }
  }
  return files.sort();
}

const isSource = (name: string): boolean =>
  !name.startsWith('.') && !builtFolders.has(name) && !isForeignFolder(name);
