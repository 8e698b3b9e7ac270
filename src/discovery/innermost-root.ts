import { sep } from 'node:path';
import type { ProjectRoot } from '../schema/projects.ts';

/** Returns the innermost of the roots that contain a path or equal it. */
export function innermostRoot(
  path: string,
  roots: readonly ProjectRoot[],
): ProjectRoot | undefined {
  return roots
    .filter((root) => path === root.path || path.startsWith(root.path.replace(/[/\\]?$/, sep)))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/**
 * Returns the state of the innermost root that contains a path; null if no root does. A path outside of all of them may
 * still be in an unreachable one, whose path is unknown if the root is a link.
 */
export function rootStateOf(
  path: string,
  roots: readonly ProjectRoot[],
): ProjectRoot['state'] | null {
  const isAnyUnreachable = roots.some(({ state }) => state === 'unreachable');
  return innermostRoot(path, roots)?.state ?? (isAnyUnreachable ? 'unreachable' : null);
}
