import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageFolders } from '../../../../src/syncs/quality/project/package-dirs.ts';
import {
  createProblems,
  type Problems,
} from '../../../../src/syncs/quality/project/file-warnings.ts';
import type { ProjectView } from '../../../../src/syncs/quality/project/project-view.ts';
import { createTree } from '../../../../src/syncs/quality/project/dir-tree.ts';

/** A view of a folder with all its files; `tracked` are those that git would know. */
export function viewOf(
  root: string,
  changes: Partial<ProjectView> & { readonly tracked?: readonly string[] } = {},
): ProjectView & { readonly problems: Problems } {
  const { tracked = [], ...rest } = changes;
  const problems = createProblems();
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const files = new Map(names.sort().map((path) => [path, tracked.includes(path)]));
  return {
    ...{ root, files, packages: packageFolders(files.keys()), tree: createTree(root, problems) },
    isExcluded: () => false,
    // Later than anything that a test writes.
    racyAfterMs: Date.now() + 1_000_000,
    signal: new AbortController().signal,
    ...rest,
    problems,
  };
}
