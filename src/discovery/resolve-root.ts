import { dirname, resolve, sep } from 'node:path';

/**
 * Resolves a configured path; `~` is the home directory, and relative paths start at the workspace. `..` is the
 * workspace itself if that is directly below the root of the file system, as `/workspace` in a container is.
 */
export function resolveRoot(
  root: string,
  { workspaceRoot, home }: { readonly workspaceRoot: string; readonly home: string },
): string {
  if (root === '~') return home;
  if (root.startsWith('~/') || root.startsWith(`~${sep}`)) return resolve(home, root.slice(2));
  const path = resolve(workspaceRoot, root);
  return root === '..' && dirname(path) === path ? workspaceRoot : path;
}
