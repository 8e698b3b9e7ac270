import type { Agent, LocationContext, Locations } from '../../usage-log/agent.ts';
import { createParser } from './parse-line.ts';
import { logDirOf } from './start-dir.ts';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Claude Code. A lower bound, because the logs of sub-agents do not always get the final output count of a
 * response.
 */
export const claudeCode = {
  name: 'claude-code',
  title: 'Claude Code',
  optionsKey: 'claudeCode',
  locations,
  isLog: (fileName) => fileName.endsWith('.jsonl'),
  logDirOf,
  // Also matches keys of other objects, but nothing inside a string, where quotes are escaped.
  format: { type: 'lines', marker: '"usage"', createParser },
} as const satisfies Agent;

/**
 * Claude Code writes its logs below `projects/` of `CLAUDE_CONFIG_DIR`, else of `$XDG_CONFIG_HOME/claude`
 * (`~/.config/claude`) or `~/.claude`, depending on its version. Configured directories override all of these.
 */
function locations({ directories, root, system }: LocationContext): Locations {
  const { env, home } = system;
  const absolute = (path: string): string => resolve(root, path.replace(/^~(?=$|[/\\])/, home));
  if (directories.length > 0) {
    const paths = directories.map(absolute);
    return {
      roots: paths.map(projectsDir).filter(isDir),
      missing: paths.filter((path) => !isDir(projectsDir(path))),
    };
  }
  const configDir = env['CLAUDE_CONFIG_DIR'];
  const paths = configDir
    ? splitList(configDir).map(absolute)
    : [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'claude'), join(home, '.claude')];
  return { roots: paths.map(projectsDir).filter(isDir), missing: [] };
}

/** Claude Code takes the variable as one path; other readers of its logs accept a list with commas. */
function splitList(value: string): readonly string[] {
  if (isDir(value)) return [value];
  return value
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

const projectsDir = (dir: string): string => join(dir, 'projects');

/** A path that can't be examined counts as a directory, so that reading it reports the reason. */
function isDir(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}
