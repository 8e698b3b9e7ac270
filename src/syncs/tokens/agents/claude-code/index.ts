import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn, splitPathList } from '../../usage-log/locations.ts';
import { desktopLocations } from './desktop-locations.ts';
import { createParser, markers } from './parse-line.ts';
import { logDirOf } from './start-dir.ts';

/**
 * Claude Code. A lower bound, because the logs of sub-agents do not always get the final output count of a
 * response.
 */
export const claudeCode = {
  name: 'claude-code',
  locations,
  logDirOf,
  formats: [
    {
      type: 'lines',
      isLog: (fileName) => fileName.endsWith('.jsonl'),
      markers,
      createParser,
    },
  ],
} as const satisfies Agent;

/**
 * Claude Code writes its logs below `projects/` of `CLAUDE_CONFIG_DIR`, else of `$XDG_CONFIG_HOME/claude`
 * (`~/.config/claude`) or `~/.claude`, depending on its version, and of a directory per session of Claude
 * Desktop. Configured directories override all of these.
 */
function locations({ directories, system }: LocationContext): readonly Location[] {
  if (directories.length > 0) return locationsIn(directories, 'projects');
  const { env, home } = system;
  const configDir = env['CLAUDE_CONFIG_DIR'];
  const paths = configDir
    ? splitPathList(configDir).map((path) => resolve(expandHome(path, system)))
    : [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'claude'), join(home, '.claude')];
  return [...locationsIn(paths, 'projects'), ...desktopLocations(system)];
}
