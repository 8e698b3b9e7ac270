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
