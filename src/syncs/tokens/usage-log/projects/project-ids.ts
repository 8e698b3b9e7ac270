import { dirname } from 'node:path';
import type { ProjectTotals } from '../../../../schema/tokens.ts';
import type { FoundProject } from '../../../../discovery/discovery.ts';
import { hashPath } from './hash-paths.ts';

/**
 * Returns a function that maps a path to the id of the innermost registered project that contains it, else to
 * its previous id: a project that was moved or has vanished keeps its usage.
 */
export function createProjectIds(
  found: readonly FoundProject[],
  previous: readonly ProjectTotals[],
): (path: string) => string | null {
  const current = new Map(found.map(({ path, id }) => [path, id]));
  const earlier = new Map(previous.map(({ projectPath, id }) => [projectPath, id]));
  return (path) => {
    for (let dir = path; ; dir = dirname(dir)) {
      const id = current.get(dir);
      if (id !== undefined) return id;
      if (dirname(dir) === dir) return earlier.get(path) ?? earlier.get(hashPath(path)) ?? null;
    }
  };
}
