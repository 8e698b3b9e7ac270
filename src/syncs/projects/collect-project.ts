import type { Timestamp } from '../../schema/timestamp.ts';
import type { Project } from '../../schema/projects.ts';
import type { FoundProject } from '../../discovery/discovery.ts';
import type { RepositoryReader } from '../../git/repository.ts';
import type { CachedProject } from './projects-cache.ts';
import { newProject, withProblem } from './project-entry.ts';
import { readGitFacts, type GitFacts } from './read-git-facts.ts';
import { problemOf, type Problem } from './project-problem.ts';
import { readRootFiles } from './root-files.ts';

/** What a run saw of one project. */
export interface Look {
  readonly project: Project;
  readonly cached: CachedProject | null;
  /** In the order in which they came up; empty when everything could be read. */
  readonly problems: readonly Problem[];
}

interface Known {
  readonly previous: Project | null;
  readonly cached: CachedProject | null;
}

/**
 * Reads one project that was found. A project that can't be read keeps what was known of it before; only
 * its state, and the code in `git.error`, say so. Rejects with the reason of `signal`, or for a bug.
 */
export async function lookAt(
  found: FoundProject,
  known: Known,
  context: {
    readonly reader: RepositoryReader;
    readonly startedAt: Timestamp;
    readonly signal: AbortSignal;
  },
): Promise<Look> {
  const { name, path, kind, fileId: fileId } = found;
  const before = known.previous ?? newProject(found, context.startedAt);
  const previousPaths = pathsBefore(before, path);
  const here = { name, path, previousPaths, fileId, kind, missingSince: null, lastSeen: null };
  try {
    const facts = kind === 'git' ? await readRepository(path, known.cached, context) : null;
    const root = await readRootFiles(path, known.cached?.root ?? null, context.signal);
    const { frameworks, packageManager, runtimes } = root;
    const problems = facts?.problems ?? [];
    return {
      project: {
        ...before,
        ...here,
        description: root.description,
        stack: { languages: facts?.languages ?? null, frameworks, packageManager, runtimes },
        license: root.license,
        counts: facts?.counts ?? { files: null, commits: null },
        state: problems[0]?.state ?? 'ok',
        git: facts?.git ?? null,
      },
      cached: { tracked: facts?.tracked ?? null, root },
      problems: [...problems, ...root.problems],
    };
  } catch (error) {
    const problem = problemOf(error);
    const project = withProblem({ ...before, ...here }, problem);
    return { project, cached: known.cached, problems: [problem] };
  }
}

/** The places that a project has left, the last one last; without the one that it is back in. */
const pathsBefore = ({ path, previousPaths }: Project, now: string): string[] =>
  path === now
    ? previousPaths
    : [...previousPaths.filter((before) => before !== path && before !== now), path];

async function readRepository(
  path: string,
  cached: CachedProject | null,
  { reader }: { readonly reader: RepositoryReader },
): Promise<GitFacts> {
  const repository = await reader.open(path);
  const facts = await readGitFacts(repository, reader, cached);
  await reader.close(repository);
  return facts;
}
