import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Location, LocationContext } from '../../usage-log/agent.ts';
import { isDir } from '../../usage-log/locations.ts';

const sessionsDir = 'local-agent-mode-sessions';
const logsDir = join('.claude', 'projects');
/** `<account>/<workspace>/local_<session>`, or with `agent/` before the session. */
const maxDepth = 4;

/**
 * Returns the locations of the logs of local agents (Cowork) of Claude Desktop. Each session runs Claude Code with
 * a configuration directory of its own, which contains its logs. Checked with layouts that other readers of these
 * logs document; the application itself is not public.
 */
export const desktopLocations = (system: LocationContext['system']): readonly Location[] =>
  appDirs(system).flatMap((path) =>
    findLogDirs(join(path, sessionsDir), maxDepth).map((root) => ({ path, root })),
  );

function appDirs({ env, home, platform }: LocationContext['system']): readonly string[] {
  const dataDirs =
    platform === 'darwin'
      ? [join(home, 'Library', 'Application Support')]
      : platform === 'win32'
        ? windowsDataDirs(env, home)
        : [env['XDG_CONFIG_HOME'] || join(home, '.config')];
  return dataDirs.flatMap((dir) => [
    join(dir, 'Claude'),
    join(dir, 'Claude-3p'),
    join(dir, 'Claude', 'Claude-3p'),
  ]);
}

/** The package of the Microsoft Store has data directories of its own. */
function windowsDataDirs(env: LocationContext['system']['env'], home: string): readonly string[] {
  const roaming = env['APPDATA'] || join(home, 'AppData', 'Roaming');
  const packages = join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Packages');
  const own = dirsIn(packages).filter((name) => name.startsWith('Claude_'));
  return [roaming, ...own.map((name) => join(packages, name, 'LocalCache', 'Roaming'))];
}

function findLogDirs(dir: string, depth: number): readonly string[] {
  const logs = join(dir, logsDir);
  if (isDir(logs)) return [logs];
  return depth === 0 ? [] : dirsIn(dir).flatMap((name) => findLogDirs(join(dir, name), depth - 1));
}

/** Returns the names of the directories in a directory; none if it is missing or unreadable. */
function dirsIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
