import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listPackageDirs } from '../../../../src/syncs/quality/project-files/package-dirs.ts';
import {
  createFileWarnings,
  type FileWarnings,
} from '../../../../src/syncs/quality/project-files/file-warnings.ts';
import type { ProjectView } from '../../../../src/syncs/quality/project-files/project-view.ts';
import { createDirTree } from '../../../../src/syncs/quality/project-files/dir-tree.ts';

/** Returns a view of a directory with all its files; git tracks those in `tracked`. */
export function viewOf(
  root: string,
  changes: Partial<ProjectView> & { readonly tracked?: readonly string[] } = {},
): ProjectView & { readonly warnings: FileWarnings } {
  const { tracked = [], ...rest } = changes;
  const warnings = createFileWarnings();
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const files = new Map(names.sort().map((path) => [path, tracked.includes(path)]));
  return {
    root,
    files,
    filesKey: JSON.stringify([...files]),
    packages: listPackageDirs(files.keys()),
    tree: createDirTree(root, warnings),
    isExcluded: () => false,
    // Later than anything that a test writes.
    startedMs: Date.now() + 1_000_000,
    signal: new AbortController().signal,
    ...rest,
    warnings,
  };
}
