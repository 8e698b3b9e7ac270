import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { System } from '../../../../system/system.ts';

export interface LogFolders {
  /** The `projects/` folders that exist. */
  readonly found: readonly string[];
  /** Folders that the configuration names and that have no logs. */
  readonly missing: readonly string[];
}

/**
 * Where Claude Code keeps its logs: in `projects/` of the configured directories, else of
 * `CLAUDE_CONFIG_DIR`, else of both `$XDG_CONFIG_HOME/claude` (`~/.config/claude`) and `~/.claude`.
 * `root` is what relative directories start at.
 */
export function logFolders(
  directories: readonly string[],
  { root, system }: { readonly root: string; readonly system: Pick<System, 'env' | 'home'> },
): LogFolders {
  const { env, home } = system;
  const absolute = (path: string): string => resolve(root, path.replace(/^~(?=$|[/\\])/, home));
  if (directories.length > 0) {
    const paths = directories.map(absolute);
    return {
      found: paths.map(projectsOf).filter(isFolder),
      missing: paths.filter((path) => !isFolder(projectsOf(path))),
    };
  }
  const variable = env['CLAUDE_CONFIG_DIR'] || null;
  const paths =
    variable === null
      ? [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'claude'), join(home, '.claude')]
      : listed(variable).map(absolute);
  return { found: paths.map(projectsOf).filter(isFolder), missing: [] };
}

/** To Claude Code the variable is one path; other readers of the logs take a list with commas. */
function listed(variable: string): readonly string[] {
  if (isFolder(variable)) return [variable];
  return variable
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

const projectsOf = (folder: string): string => join(folder, 'projects');

/** What can't be looked at counts as there: reading it tells what is wrong. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}
