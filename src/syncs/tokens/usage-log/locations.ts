import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { agentTitles } from '../../../schema/agent-names.ts';
import { diagnostic, type Diagnostic } from '../../../util/diagnostic.ts';
import type { System } from '../../../system/system.ts';
import type { Agent, Location, LocationContext } from './agent.ts';

export interface Roots {
  /** All that were tried. */
  readonly locations: readonly Location[];
  /** Those that exist. */
  readonly roots: readonly Location[];
  /** About configured directories without logs. */
  readonly warnings: readonly Diagnostic[];
}

/** Returns the existing directories with logs of an agent. Relative configured directories start at `root`. */
export function findRoots(
  agent: Pick<Agent, 'name' | 'locations'>,
  configured: readonly string[],
  { root, system }: { readonly root: string; readonly system: LocationContext['system'] },
): Roots {
  const directories = configured.map((path) => resolve(root, expandHome(path, system)));
  const locations = agent.locations({ directories, system });
  const existing = locations.filter((location) => isDir(location.root));
  const missing = directories.filter((dir) => !existing.some(({ path }) => path === dir));
  return {
    locations,
    roots: existing,
    warnings: missing.map((subject) => {
      const message = `contains no logs of ${agentTitles[agent.name]}`;
      const hint = `remove it from tokens.agents.${agent.name}.directories`;
      return diagnostic('no-logs', { subject, message, hint });
    }),
  };
}

/** Replaces a leading `~` by the home directory. */
export const expandHome = (path: string, { home }: Pick<System, 'home'>): string =>
  path.replace(/^~(?=$|[/\\])/, () => home);

/** Returns the data directory of XDG, which many agents use on every system. */
export const xdgDataHome = ({ env, home }: Pick<System, 'env' | 'home'>): string =>
  env['XDG_DATA_HOME'] || join(home, '.local', 'share');

/** Agents take a variable as one path; other readers of their logs accept a list with commas. */
export function splitPathList(value: string): readonly string[] {
  if (isDir(value)) return [value];
  return value
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

/** Returns locations whose logs are in `subdirectory` of each path. */
export const locationsIn = (paths: readonly string[], subdirectory: string): readonly Location[] =>
  paths.map((path) => ({ path, root: join(path, subdirectory) }));

/** A path that can't be examined counts as a directory, so that reading it reports the reason. */
export function isDir(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}
