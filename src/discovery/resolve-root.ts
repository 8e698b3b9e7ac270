import { resolve, sep } from 'node:path';

/** Resolves a configured path; `~` is the home directory, and relative paths start at the workspace. */
export function resolveRoot(
  root: string,
  { workspaceRoot, home }: { readonly workspaceRoot: string; readonly home: string },
): string {
  if (root === '~') return home;
  if (root.startsWith('~/') || root.startsWith(`~${sep}`)) return resolve(home, root.slice(2));
  return resolve(workspaceRoot, root);
}
