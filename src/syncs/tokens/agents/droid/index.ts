import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn } from '../../usage-log/locations.ts';
import { createParser, settingsSuffix } from './parse-settings.ts';

/** Droid, the agent of Factory. It keeps only a running total per session. */
export const droid = {
  name: 'droid',
  locations,
  logDirOf: null,
  runningTotals: true,
  formats: [
    {
      type: 'document',
      isLog: (fileName) => fileName.endsWith(settingsSuffix),
      maxBytes: 16 * 1024 * 1024,
      createParser,
    },
  ],
} as const satisfies Agent;

/** `$FACTORY_DIR`, else `~/.factory`, on every system. */
function locations({ directories, system }: LocationContext): readonly Location[] {
  if (directories.length > 0) return locationsIn(directories, 'sessions');
  const factoryDir = system.env['FACTORY_DIR'] || join(system.home, '.factory');
  return locationsIn([resolve(expandHome(factoryDir, system))], 'sessions');
}
