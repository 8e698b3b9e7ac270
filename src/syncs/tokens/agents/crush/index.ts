import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { toFields, toText } from '../../usage-log/fields.ts';
import { readSideJson } from '../../usage-log/reading/side-file.ts';
import { createDatabaseReader } from './read-database.ts';

/** Crush. Its database contains the cost of sessions, and no tokens but those of the last request. */
export const crush = {
  name: 'crush',
  locations,
  logDirOf: null,
  runningTotals: true,
  lacksTokens: true,
  formats: [
    {
      type: 'database',
      isLog: (fileName) => fileName === 'crush.db',
      createReader: createDatabaseReader,
    },
  ],
} as const satisfies Agent;

/**
 * Each project has a data directory of its own; `projects.json` in the global one lists them
 * (charmbracelet/crush, internal/projects/projects.go).
 */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const globalDir = globalDataDir(system);
  const paths = directories.length > 0 ? directories : [globalDir, ...dataDirsIn(globalDir)];
  return paths.map((path) => ({ path, root: path, depth: 0 }));
}

function globalDataDir({ env, home, platform }: LocationContext['system']): string {
  const { CRUSH_GLOBAL_DATA: globalData, XDG_DATA_HOME: dataHome, LOCALAPPDATA: appData } = env;
  if (globalData) return resolve(globalData);
  if (dataHome) return join(dataHome, 'crush');
  return platform === 'win32'
    ? join(appData || join(home, 'AppData', 'Local'), 'crush')
    : join(home, '.local', 'share', 'crush');
}

function dataDirsIn(globalDir: string): readonly string[] {
  const projects = readSideJson(join(globalDir, 'projects.json'))?.['projects'];
  if (!Array.isArray(projects)) return [];
  return (projects as readonly unknown[]).flatMap((value) => {
    const project = toFields(value);
    const path = toText(project?.['path']);
    const dataDir = toText(project?.['data_dir']);
    return path === null || dataDir === null ? [] : [resolve(path, dataDir)];
  });
}
