import { join, resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn } from '../../usage-log/locations.ts';
import { createSessionParser, sessionMarkers } from '../pi/parse-session.ts';

/** A session, or its archive such as `<id>.jsonl.reset.<time>`. `<id>.jsonl.lock` is the lock of a session. */
const sessionPattern = /\.jsonl(?:\.(?!lock$|tmp$).+)?$/;
const sessionsDir = /[/\\]sessions(?:[/\\]|$)/;

/** OpenClaw, an assistant with the sessions of Pi. It works for no project. */
export const openclaw = {
  name: 'openclaw',
  locations,
  logDirOf: null,
  formats: [
    {
      type: 'lines',
      isLog: (fileName, dir) => sessionPattern.test(fileName) && sessionsDir.test(dir),
      markers: sessionMarkers,
      createParser: createSessionParser({ hasProjects: false }),
    },
  ],
} as const satisfies Agent;

/** Directories of its earlier names are still used where they exist. */
const dirNames = ['.openclaw', '.clawdbot', '.moltbot', '.moldbot'];

function locations({ directories, system }: LocationContext): readonly Location[] {
  if (directories.length > 0) return locationsIn(directories, 'agents');
  const stateDir = system.env['OPENCLAW_STATE_DIR'] || system.env['CLAWDBOT_STATE_DIR'];
  const paths = stateDir
    ? [resolve(expandHome(stateDir, system))]
    : dirNames.map((name) => join(system.home, name));
  return locationsIn(paths, 'agents');
}
