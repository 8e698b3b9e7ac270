import { getOrInsert } from '../../../../util/collections.ts';
import type { Log } from '../agent.ts';
import type { LogState } from '../state.ts';

/** Where tokens were used. */
export interface ProjectLocation {
  readonly logDir: string | null;
  /** Path of the project; null if it is unknown. */
  readonly project: string | null;
}

/**
 * Returns a function that locates a record: in its own project, else in the first one that its log contains,
 * else in the only one that the logs of the same directory contain. Equal locations are the same object.
 */
export function createProjectLocator(
  logs: Iterable<LogState>,
): (log: Log, project: string | null) => ProjectLocation {
  const byLog = new Map<string, string>();
  const byDir = new Map<string, string | null>();
  for (const { log, checkpoint } of logs) {
    const { project } = checkpoint;
    if (project === null) continue;
    byLog.set(log.path, project);
    if (log.logDir === null) continue;
    const known = byDir.get(log.logDir);
    byDir.set(log.logDir, known === undefined || known === project ? project : null);
  }
  const locations = new Map<string | null, Map<string | null, ProjectLocation>>();
  return ({ path, logDir }, ownProject) => {
    const project = ownProject ?? byLog.get(path) ?? byDir.get(logDir ?? '') ?? null;
    const inDir = getOrInsert(locations, logDir, () => new Map<string | null, ProjectLocation>());
    return getOrInsert(inDir, project, () => ({ logDir, project }));
  };
}
