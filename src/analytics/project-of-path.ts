import { comparablePath, composedPath } from '../util/compare-paths.ts';
import type { Snapshot } from '../schema/syncs.ts';

/**
 * Returns a function that finds the id of the innermost project that contains a path, by current or previous project
 * paths. The function returns null if no project contains the path.
 */
export function createProjectFinder(
  projects: readonly {
    readonly id: string;
    readonly path: string;
    readonly previousPaths: readonly string[];
  }[],
): (path: string) => string | null {
  const idOf = new Map<string, string>();
  const composed = new Map<string, string>();
  const add = (path: string, id: string): void => {
    idOf.set(comparablePath(path), id);
    composed.set(composedPath(comparablePath(path)), id);
  };
  for (const { id, previousPaths } of projects) for (const path of previousPaths) add(path, id);
  for (const { id, path } of projects) add(path, id);
  return (path) => {
    for (let dir = comparablePath(path); dir !== ''; dir = parentOf(dir)) {
      const id = idOf.get(dir) ?? composed.get(composedPath(dir));
      if (id !== undefined) return id;
    }
    return null;
  };
}

/** Accepts POSIX and Windows paths: the usage may come from another machine. */
const parentOf = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\')));

/** Returns a function that finds the id of the project in whose directory an agent was started, or null. */
export function createUsageProjectFinder(
  registry: Snapshot<'projects'> | null,
  tokens: Snapshot<'tokens'> | null,
): (path: string) => string | null {
  const findProject = createProjectFinder(registry?.projects ?? []);
  // Only the tokens sync can assign a hashed path, or the path of a project that left the registry.
  const previous = new Map(tokens?.projects.map(({ projectPath: path, id }) => [path, id]));
  return (path) => findProject(path) ?? previous.get(path) ?? null;
}
