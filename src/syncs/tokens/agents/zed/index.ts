import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { locationsIn, xdgDataHome } from '../../usage-log/locations.ts';
import { createDatabaseReader } from './read-database.ts';

/** The agent of the editor Zed. Its database contains the running total of each thread. */
export const zed = {
  name: 'zed',
  locations,
  logDirOf: null,
  runningTotals: true,
  formats: [
    {
      type: 'database',
      isLog: (fileName) => fileName === 'threads.db',
      createReader: createDatabaseReader,
    },
  ],
} as const satisfies Agent;

/** The data directory of Zed (zed-industries/zed, crates/paths/src/paths.rs); Flatpak has one of its own. */
function locations({ directories, system }: LocationContext): readonly Location[] {
  return locationsIn(directories.length > 0 ? directories : dataDirs(system), 'threads');
}

function dataDirs(system: LocationContext['system']): readonly string[] {
  const { env, home, platform } = system;
  if (platform === 'darwin') return [join(home, 'Library', 'Application Support', 'Zed')];
  if (platform === 'win32') {
    return [join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Zed')];
  }
  const dataHome = resolve(xdgDataHome(system));
  const flatpakHome = env['FLATPAK_XDG_DATA_HOME'] || join(home, '.var/app/dev.zed.Zed/data');
  return [dataHome, flatpakHome].map((dir) => join(dir, 'zed'));
}
