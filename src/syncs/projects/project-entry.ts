import type { Timestamp } from '../../schema/timestamp.ts';
import type { Project, ProjectGit } from '../../schema/projects.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { StateProblem } from './project-problem.ts';

/** What is known of a repository that could never be read. */
const unknownGit: ProjectGit = {
  branch: null,
  detached: null,
  unborn: null,
  format: null,
  lastCommit: null,
  changes: null,
  dirty: null,
  upstream: null,
  upstreamGone: null,
  ahead: null,
  behind: null,
  remote: null,
  shallow: null,
  worktreeOf: null,
  error: null,
};

/** An entry of which nothing is known yet but where it is; the user's own fields wait to be filled in. */
export function newProject(
  { id, name, path, kind, fileId: fileId }: FoundProject,
  firstSeen: Timestamp,
): Project {
  return {
    id,
    name,
    path,
    previousPaths: [],
    fileId: fileId,
    kind,
    description: null,
    stack: { languages: null, frameworks: [], packageManager: null, runtimes: {} },
    license: null,
    counts: { files: null, commits: null },
    state: 'ok',
    missingSince: null,
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

/** An entry with its last known facts, and what stands in the way of newer ones. */
export const withProblem = (project: Project, { state, code }: StateProblem): Project => ({
  ...project,
  state,
  git: project.kind === 'git' ? { ...(project.git ?? unknownGit), error: code } : null,
});
