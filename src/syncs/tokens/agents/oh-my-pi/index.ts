import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { locationsIn } from '../../usage-log/locations.ts';
import { readSideDir } from '../../usage-log/reading/side-file.ts';
import { createSessionParser, sessionMarkers } from '../pi/parse-session.ts';
import { isSession } from '../pi/index.ts';

/** Oh My Pi, a fork of Pi with the same format of sessions. */
export const ohMyPi = {
  name: 'oh-my-pi',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'lines',
      isLog: isSession,
      markers: sessionMarkers,
      createParser: createSessionParser({ hasProjects: true }),
    },
  ],
} as const satisfies Agent;

/**
 * Oh My Pi writes below `agent/` of `~/.omp`, of the directory in the home directory that `PI_CONFIG_DIR`
 * names, or of a profile in it; with `XDG_DATA_HOME` on Linux and macOS also below `omp/` in that
 * (can1357/oh-my-pi, packages/utils/src/dirs.ts). It shares `PI_CODING_AGENT_DIR` with Pi, so a directory that
 * this variable names is read as one of Pi, and no response counts for both.
 */
function locations({ directories, system }: LocationContext): readonly Location[] {
  if (directories.length > 0) return locationsIn(directories, 'sessions');
  const { env, home, platform } = system;
  const configDir = resolve(home, env['PI_CONFIG_DIR'] || '.omp');
  const { XDG_DATA_HOME: dataHome } = env;
  const dataDir = dataHome && platform !== 'win32' ? resolve(dataHome, 'omp') : null;
  const paths = [
    join(configDir, 'agent'),
    ...profilesIn(configDir).map((profile) => join(profile, 'agent')),
    ...(dataDir === null ? [] : [dataDir, ...profilesIn(dataDir)]),
  ];
  return locationsIn(paths, 'sessions');
}

function profilesIn(dir: string): readonly string[] {
  const profiles = join(dir, 'profiles');
  return readSideDir(profiles).map((name) => join(profiles, name));
}
