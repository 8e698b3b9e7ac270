import type { Project, ProjectGit } from '../../schema/projects.ts';
import type { Repository, RepositoryReader } from '../../git/repository.ts';
import type { CachedCommitDays, ReadCommitDays } from './commit-days.ts';
import type { CachedProject } from './projects-cache.ts';
import { timestampAt } from '../../util/dates.ts';
import { sanitizeLine } from '../../util/text.ts';
import { toStateFailure, type StateFailure } from './read-failure.ts';
import { readTrackedFiles, type TrackedFiles } from './tracked-files.ts';

export interface GitFacts {
  readonly git: ProjectGit;
  readonly counts: Project['counts'];
  readonly languages: Project['stack']['languages'];
  readonly tracked: TrackedFiles | null;
  readonly commitDays: CachedCommitDays;
  /** Whether another run would read the same from the same revision on the same day. */
  readonly isFinal: boolean;
  /** In the order in which they occurred. */
  readonly failures: readonly StateFailure[];
}

/** The facts that were read from a revision of a repository. */
export interface CachedGitFacts extends Pick<GitFacts, 'git' | 'counts'> {
  /** See `RepositoryReader.hasRevision`. */
  readonly revision: string;
  /** The day on which they were read: commits that are dated in the future do not count yet. */
  readonly day: string;
}

export interface GitReaders {
  readonly reader: RepositoryReader;
  readonly readCommitDays: ReadCommitDays;
}

/**
 * Reads all git facts of an opened repository. A fact that can't be read is null and adds a failure; the
 * others are unaffected. The cached facts about tracked files are reused while the index is unchanged.
 */
export async function readGitFacts(
  repository: Repository,
  { reader, readCommitDays }: GitReaders,
  cached: CachedProject | null,
): Promise<GitFacts> {
  const failures: StateFailure[] = [];
  const attempt = async <Fact>(read: Promise<Fact>): Promise<Fact | null> => {
    try {
      return await read;
    } catch (error) {
      failures.push(toStateFailure(error));
      return null;
    }
  };
  const { head, upstream, shallow } = repository;
  const status = repository.bare ? null : await attempt(reader.status(repository));
  if (status?.unknown) failures.push(toStateFailure(status.unknown));
  const changedAt = status?.oldestChangeMs ?? null;
  const needsUnpushed =
    head.detached === true || upstream !== null || repository.remotes?.length !== 0;
  const readsUnpushed = !repository.bare && status?.ahead !== 0 && needsUnpushed;
  const unpushed = readsUnpushed ? await attempt(reader.unpushed(repository)) : null;
  const lastCommit = await attempt(reader.lastCommit(repository));
  const commits = await attempt(reader.commitCount(repository));
  const days = await readCommitDays(repository, cached);
  const cachedFiles = cached?.tracked ?? null;
  const tracked = repository.bare
    ? null
    : await attempt(readTrackedFiles(repository, reader, cachedFiles));
  const hasHistory = head.oid !== null && !shallow;
  const isHistoryKnown =
    days.commitDays !== null && days.changedLines !== null && (unpushed !== null || !readsUnpushed);
  return {
    git: {
      branch: head.branch,
      detached: head.detached,
      unborn: head.unborn,
      format: repository.format,
      lastCommit,
      changes: status?.changes ?? null,
      dirty: status?.dirty ?? null,
      upstream: upstream?.name ?? null,
      upstreamGone: upstream === null ? null : upstream.oid === null,
      ahead: status?.ahead ?? null,
      behind: status?.behind ?? null,
      oldestChangeAt: changedAt === null || changedAt < 0 ? null : timestampAt(changedAt),
      unpushed: status?.ahead === 0 ? { commits: 0, oldestAt: null } : unpushed,
      commitDays: days.commitDays,
      changedLines: days.changedLines,
      stash: repository.stash,
      remotes:
        repository.remotes === null ? null : repository.remotes.map((name) => sanitizeLine(name)),
      remote: repository.remote,
      shallow,
      worktreeOf: repository.worktreeOf,
      error: failures[0]?.code ?? null,
    },
    counts: {
      files: tracked?.count ?? null,
      commits: commits === 'pending' ? null : commits,
      ...(commits === 'pending' ? { commitsPending: true } : {}),
    },
    languages: tracked?.languages ?? null,
    tracked: tracked ?? cachedFiles,
    commitDays: days.cache,
    isFinal: failures.length === 0 && commits !== 'pending' && (isHistoryKnown || !hasHistory),
    failures,
  };
}
