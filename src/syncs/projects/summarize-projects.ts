import { isFound } from '../../schema/project-states.ts';
import type { Project } from '../../schema/projects.ts';
import type { Snapshot } from '../../schema/syncs.ts';

/** Returns the `summary` of the registry. */
export const summarizeProjects = (
  entries: readonly Project[],
): Snapshot<'projects'>['summary'] => ({
  projects: entries.filter(isFound).length,
  missing: entries.filter(({ state }) => state === 'missing').length,
  notObserved: entries.filter(({ state }) => state === 'not-observed').length,
  dirty: entries.filter(({ lastSeen, git }) => lastSeen === null && git?.dirty === true).length,
});
