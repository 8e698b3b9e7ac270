import { dirname } from 'node:path';
import type { ProjectTotals } from '../../../../schema/tokens.ts';
import type { FoundProject } from '../../../../discovery/discovery.ts';
import { hidePath } from './hidden-path.ts';

/**
 * Tells the project of the registry that a folder belongs to: the innermost one that holds it, else the one
 * that was told for the folder before, because a project that was moved or has vanished keeps what it cost.
 */
export function projectIds(
  found: readonly FoundProject[],
  before: readonly ProjectTotals[],
): (path: string) => string | null {
  const current = new Map(found.map(({ path, id }) => [path, id]));
  const former = new Map(before.map(({ projectPath: path, id }) => [path, id]));
  return (path) => {
    for (let folder = path; ; folder = dirname(folder)) {
      const id = current.get(folder);
      if (id !== undefined) return id;
      if (dirname(folder) === folder) return former.get(path) ?? former.get(hidePath(path)) ?? null;
    }
  };
}
