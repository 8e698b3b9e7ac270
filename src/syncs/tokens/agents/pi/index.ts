import { resolve } from 'node:path';
import type { Agent, Location, LocationContext } from '../../usage-log/agent.ts';
import { expandHome, locationsIn } from '../../usage-log/locations.ts';
import { createSessionParser, sessionMarkers } from './parse-session.ts';

/** The sub-agents extension keeps copies of sessions there. */
const artifacts = /[/\\]subagent-artifacts(?:[/\\]|$)/;

export const isSession = (fileName: string, dir: string): boolean =>
  fileName.endsWith('.jsonl') && !artifacts.test(dir);

/** Pi, a coding agent of the terminal. */
export const pi = {
  name: 'pi',
  locations,
  logDirOf,
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
 * Pi writes its sessions to `PI_CODING_AGENT_SESSION_DIR`, else below `PI_CODING_AGENT_DIR`, else below
 * `~/.pi/agent` (docs/environment-variables.md). A directory given by `--session-dir` must be configured.
 */
function locations({ directories, system }: LocationContext): readonly Location[] {
  const { PI_CODING_AGENT_SESSION_DIR: sessionDir, PI_CODING_AGENT_DIR: agentDir } = system.env;
  if (directories.length === 0 && sessionDir) {
    const path = resolve(expandHome(sessionDir, system));
    return [{ path, root: path }];
  }
  const paths =
    directories.length > 0 ? directories : [resolve(expandHome(agentDir || '~/.pi/agent', system))];
  return locationsIn(paths, 'sessions');
}

/** `getDefaultSessionDir` in session-manager.ts. */
function logDirOf(project: string): string {
  return `--${project.replace(/^[/\\]/, '').replace(/[/\\:]/g, '-')}--`;
}
