import type { Timestamp } from '../../schema/timestamp.ts';
import { git, type Project, type ProjectGit } from '../../schema/projects.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { StateFailure } from './read-failure.ts';

/** The git facts of a repository that was never readable. */
const unknownGit = Object.fromEntries(
  Object.keys(git.shape).map((name) => [name, null]),
) as ProjectGit;

/** Returns an entry with its location only; all facts are unknown and the user's own fields are empty. */
export function newProject(
  { id, name, path, kind, fileId }: FoundProject,
  firstSeen: Timestamp,
): Project {
  return {
    id,
    name,
    path,
    previousPaths: [],
    fileId,
    kind,
    description: null,
    stack: { languages: null, frameworks: [], packageManager: null, runtimes: {} },
    license: null,
    counts: { files: null, commits: null },
    state: 'ok',
    missingSince: null,
    notObservedSince: null,
    firstSeen,
    lastSeen: null,
    git: null,
    client: null,
    status: null,
    progress: null,
    startDate: null,
    deadline: null,
    tags: [],
    notes: null,
  };
}

/** Returns the entry with its last known facts and the state and code of a failure. */
export const withFailure = (
  project: Project,
  { state, code }: Pick<StateFailure, 'state' | 'code'>,
): Project => ({
  ...project,
  state,
  git: project.kind === 'git' ? { ...(project.git ?? unknownGit), error: code } : null,
});

/** Returns the run that read the facts of an entry of the previous run; null if they were never read. */
export function factsReadAt(
  { state, git, lastSeen }: Project,
  lastRun: Timestamp,
): Timestamp | null {
  const wereRead = state === 'ok' || (git !== null && git.format !== null);
  return lastSeen ?? (wereRead ? lastRun : null);
}

/** Returns the entry of a project that the run did not find, with its last known facts. */
export function absentProject(
  project: Project,
  {
    isMissing,
    startedAt,
    lastRun,
  }: { readonly isMissing: boolean; readonly startedAt: Timestamp; readonly lastRun: Timestamp },
): Project {
  const state = isMissing ? 'missing' : 'not-observed';
  if (project.state === state) return project;
  return {
    ...project,
    state,
    missingSince: isMissing ? startedAt : null,
    notObservedSince: isMissing ? null : startedAt,
    lastSeen: project.lastSeen ?? lastRun,
  };
}
