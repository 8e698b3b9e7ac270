import { join } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { xdgDataHome } from '../../usage-log/locations.ts';
import { createDatabaseReader } from './read-database.ts';

/** Goose of aaif-goose, formerly of block. */
export const goose = {
  name: 'goose',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'database',
      isLog: (fileName) => fileName === 'sessions.db',
      createReader: createDatabaseReader,
    },
  ],
} as const satisfies Agent;

/** The directories of XDG on Linux and macOS, `%APPDATA%` on Windows; `GOOSE_PATH_ROOT` replaces them. */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const paths = directories.length > 0 ? directories : [dataDir(system)];
  return paths.map((path) => ({ path, root: join(path, 'sessions'), depth: 0 }));
}

function dataDir(system: LocationContext['system']): string {
  const { env, home, platform } = system;
  const pathRoot = env['GOOSE_PATH_ROOT'];
  if (pathRoot) return join(pathRoot, 'data');
  if (platform === 'win32') {
    const appData = env['APPDATA'] || join(home, 'AppData', 'Roaming');
    return join(appData, 'Block', 'goose', 'data');
  }
  return join(xdgDataHome(system), 'goose');
}
