import type { Project, ProjectGit } from '../../contract/projects.ts';
import type { Repository, RepositoryReader } from '../../repository/repository.ts';
import type { CachedProject } from './cache.ts';
import { problemOf, type StateProblem } from './problem.ts';
import { readTrackedFiles } from './tracked-files.ts';

export interface GitFacts {
  readonly git: ProjectGit;
  readonly counts: Project['counts'];
  readonly languages: Project['stack']['languages'];
  readonly cached: Pick<CachedProject, 'commits' | 'tracked'>;
  readonly problems: readonly StateProblem[];
}

/**
 * All facts of the contract about an opened repository. What can't be read is null and a problem, the rest
 * stands. A commit that `previous` tells of, and counts that `cached` holds for the same commit or index,
 * are not read again.
 */
export async function readGitFacts(
  repository: Repository,
  reader: RepositoryReader,
  known: { readonly previous: ProjectGit | null; readonly cached: CachedProject | null },
  signal: AbortSignal,
): Promise<GitFacts> {
  const problems: StateProblem[] = [];
  const attempt = async <Fact>(read: Promise<Fact>): Promise<Fact | null> => {
    try {
      return await read;
    } catch (error) {
      problems.push(problemOf(error));
      return null;
    }
  };
  const { head, upstream, shallow } = repository;
  const commitBefore = known.previous?.lastCommit ?? null;
  const sameCommit = commitBefore?.hash === head.oid ? commitBefore : null;
  const countBefore = known.cached?.commits ?? null;
  const sameCount = countBefore?.head === head.oid ? countBefore.count : null;

  const status = await attempt(reader.status(repository));
  const lastCommit = sameCommit ?? (await attempt(reader.lastCommit(repository)));
  const commits = shallow ? null : (sameCount ?? (await attempt(reader.commitCount(repository))));
  const trackedBefore = known.cached?.tracked ?? null;
  const tracked = await attempt(readTrackedFiles(repository, reader, trackedBefore, signal));
  return {
    git: {
      branch: head.branch,
      detached: head.detached,
      unborn: head.unborn,
      format: repository.format,
      lastCommit,
      changes: status?.changes ?? null,
      dirty: status === null ? null : Object.values(status.changes).some((number) => number > 0),
      upstream: upstream?.name ?? null,
      upstreamGone: upstream === null ? null : upstream.oid === null,
      ahead: status?.ahead ?? null,
      behind: status?.behind ?? null,
      remote: repository.remote,
      shallow,
      worktreeOf: repository.worktreeOf,
      error: problems[0]?.code ?? null,
    },
    counts: { files: tracked?.count ?? null, commits },
    languages: tracked?.languages ?? null,
    cached: {
      commits: head.oid === null || commits === null ? null : { head: head.oid, count: commits },
      tracked: tracked ?? trackedBefore,
    },
    problems,
  };
}
