import type { Timestamp } from '../../schema/timestamp.ts';
import { git, type Project, type ProjectGit } from '../../schema/projects.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import { isUnusableGit, type ReadFailure, type StateFailure } from './read-failure.ts';
import type { ReadProject } from './read-project.ts';

/** The git facts of a repository that was never readable. */
const unknownGit = Object.fromEntries(
  Object.keys(git.shape).map((name) => [name, null]),
) as ProjectGit;

/** Returns an entry with its location only; all facts are unknown and the user's own fields are empty. */
function newProject({ id, name, path, kind, fileId }: FoundProject, firstSeen: Timestamp): Project {
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

export interface CollectedProject {
  readonly project: Project;
  /** In the order in which they occurred. */
  readonly failures: readonly ReadFailure[];
}

/**
 * Returns the entry of a found project, and the failures to report. If it could not be read, it keeps its last known
 * facts; only its state and the code in `git.error` change.
 */
export function toEntry(
  found: FoundProject,
  { facts, failure, failures }: ReadProject,
  {
    previous,
    startedAt,
    lastRun,
  }: {
    readonly previous: Project | null;
    readonly startedAt: Timestamp;
    /** The run that `previous` is from. */
    readonly lastRun: Timestamp;
  },
): CollectedProject {
  const { name, path, kind, fileId } = found;
  const before = previous ?? newProject(found, startedAt);
  const since = { missingSince: null, notObservedSince: null, lastSeen: null };
  const previousPaths = previousPathsOf(before, path);
  const project = { ...before, name, path, previousPaths, fileId, kind, ...since };
  const isBetter = failure === null || (facts !== null && !hasGitFacts(previous));
  if (isBetter) return { project: { ...project, ...facts }, failures };
  const lastSeen = previous && factsReadAt(previous, lastRun);
  return {
    project: withFailure({ ...project, lastSeen }, failure),
    failures: facts === null ? failures : failures.filter(isUnusableGit),
  };
}

/** Whether the entry has facts that were read with git. */
const hasGitFacts = (project: Project | null): boolean =>
  project !== null && (project.state === 'ok' || project.git?.lastCommit != null);

/** Returns the previous paths of a project, the most recent last, without its current path. */
const previousPathsOf = ({ path, previousPaths }: Project, current: string): string[] =>
  path === current
    ? previousPaths
    : [...previousPaths.filter((previous) => previous !== path && previous !== current), path];

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
