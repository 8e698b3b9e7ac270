import type { ResponseRecord } from './responses.ts';
import type { LogState } from './state.ts';

/** Where something was used. */
export interface Place {
  /** Name of the folder below `projects/`. */
  readonly folder: string;
  /** The start folder; null when nothing tells it. */
  readonly project: string | null;
}

/**
 * Tells where a response was made: in the start folder that its line tells, else in the one that its log
 * tells first, else in the only one that the logs of the same folder tell. The same place is always the same
 * object.
 */
export function createPlaceFinder(logs: Iterable<LogState>): (record: ResponseRecord) => Place {
  const ofLog = new Map<string, string>();
  const ofFolder = new Map<string, string | null>();
  for (const { log, checkpoint } of logs) {
    const { start } = checkpoint;
    if (start === null) continue;
    ofLog.set(log.path, start);
    const known = ofFolder.get(log.folder);
    ofFolder.set(log.folder, known === undefined || known === start ? start : null);
  }
  const places = new Map<string, Map<string | null, Place>>();
  return ({ start, log: { path, folder } }) => {
    const project = start ?? ofLog.get(path) ?? ofFolder.get(folder) ?? null;
    let ofSameFolder = places.get(folder);
    if (ofSameFolder === undefined) {
      ofSameFolder = new Map();
      places.set(folder, ofSameFolder);
    }
    let place = ofSameFolder.get(project);
    if (place === undefined) {
      place = { folder, project };
      ofSameFolder.set(project, place);
    }
    return place;
  };
}
