import { isTimeout } from '../exec/git-budget.ts';
import type { GitContext } from '../exec/run-git.ts';
import type { OpenRepository } from '../open-repository.ts';
import {
  noHistory,
  type CommitObject,
  type History,
  type RepositoryCache,
} from '../repository-cache.ts';
import { RepositoryError } from '../repository.ts';
import type { Head } from '../worktree/worktree-state.ts';
import { countInCommitGraph } from './commit-graph.ts';
import { batchSize, readCommitBatch } from './batch-commits.ts';
import { parseCommit } from './parse-commit.ts';

/** The time for counting with git in a run, plus 1 ms per repository: about as long as `git status` takes. */
const minCountingMs = 250;

/** Reads facts about commits. A fact that the cache contains needs no git process. */
export interface CommitInfo {
  /** Reads the last commits of many repositories in batches. */
  readonly prefetch: (repositories: readonly OpenRepository[]) => Promise<void>;
  readonly commit: (repository: OpenRepository) => Promise<CommitObject | null>;
  /** See `RepositoryReader.commitCount`. */
  readonly count: (repository: OpenRepository) => Promise<number | null | 'pending'>;
  /** Null if only `git status` can count the commits between HEAD and its upstream. */
  readonly head: (repository: OpenRepository) => Promise<Head | null>;
  /** Stores the result of `git status`. */
  readonly setDistance: (repository: OpenRepository, ahead: number, behind: number) => void;
  /** Returns the content of the cache for the next run. */
  readonly toCache: (workTree: string) => History;
}

export function createCommitInfo(context: {
  readonly cache: RepositoryCache;
  readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  readonly withGitForBatch: <Value>(work: (git: GitContext) => Promise<Value>) => Promise<Value>;
  readonly isBlocked: (repository: OpenRepository) => boolean;
}): CommitInfo {
  const { cache, git, withGitForBatch, isBlocked } = context;
  let countingMs = 0;
  let maxCountingMs = minCountingMs;
  const updated = new Map<string, History>();
  /** By git directory and commit: linked work trees share their history. Clones don't, one may be forged. */
  const sharedCounts = new Map<string, number>();
  const cachedHistory = (workTree: string): History => cache.get(workTree)?.history ?? noHistory;
  const historyOf = ({ workTree, objectStore }: OpenRepository): History => {
    const current = updated.get(workTree);
    if (current !== undefined) return current;
    const cached = cachedHistory(workTree);
    // Not reused for another object store, in which the commits may be missing.
    const isSame = objectStore !== null && cached.objectStore === objectStore;
    return isSame ? cached : { ...noHistory, count: cached.count };
  };
  const update = (repository: OpenRepository, facts: Partial<History>): void => {
    const { workTree, objectStore } = repository;
    updated.set(workTree, { ...historyOf(repository), ...facts, objectStore });
  };

  const prefetchBatch = async (repositories: readonly OpenRepository[]): Promise<void> => {
    const batch = await withGitForBatch((gitContext) => readCommitBatch(repositories, gitContext));
    for (const repository of repositories) {
      const { commit, commits = null } = batch.get(repository.workTree) ?? {};
      if (commit === undefined) continue;
      const { count } = historyOf(repository);
      update(repository, {
        commit,
        count: commits === null ? count : { head: commit.hash, commits },
      });
    }
  };

  const prefetch = async (repositories: readonly OpenRepository[]): Promise<void> => {
    maxCountingMs = minCountingMs + repositories.length;
    const unknown = repositories.filter(
      (one) =>
        one.head.oid !== null && historyOf(one).commit?.hash !== one.head.oid && !isBlocked(one),
    );
    const batches = (['sha1', 'sha256'] as const).flatMap((format) =>
      chunk(unknown.filter((one) => one.format === format)),
    );
    const results = await Promise.allSettled(batches.map(prefetchBatch));
    for (const result of results) {
      // A later request for a single repository reports which one is broken.
      if (result.status === 'rejected' && !(result.reason instanceof RepositoryError)) {
        throw result.reason;
      }
    }
  };

  const commit = async (repository: OpenRepository): Promise<CommitObject | null> => {
    const { oid } = repository.head;
    if (oid === null) return null;
    const known = historyOf(repository).commit;
    if (known?.hash === oid) return known;
    const read = parseCommit(oid, await git(repository, 'cat-file', 'commit', oid));
    update(repository, { commit: read });
    return read;
  };

  const count: CommitInfo['count'] = async (repository) => {
    const { oid } = repository.head;
    if (repository.shallow) return null;
    if (oid === null) return 0;
    const previous = historyOf(repository).count;
    const known = previous?.head === oid ? previous : null;
    if (known?.commits === null) throw countTimeout();
    // Rejects if the commit itself is missing, whatever the cache or the commit-graph contains.
    await commit(repository);
    if (known !== null) return known.commits;
    try {
      const commits = await countCommits(repository, oid, previous);
      if (commits === 'pending') return commits;
      update(repository, { count: { head: oid, commits } });
      return commits;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      // Cached, because the next attempt would take as long.
      update(repository, { count: { head: oid, commits: null } });
      throw countTimeout();
    }
  };

  const countCommits = async (
    repository: OpenRepository,
    oid: string,
    previous: History['count'],
  ): Promise<number | 'pending'> => {
    const counted =
      countInCommitGraph(repository, oid) ?? sharedCounts.get(sharedKey(repository, oid));
    if (counted !== undefined) return counted;
    if (countingMs >= maxCountingMs) return 'pending';
    const startedMs = performance.now();
    try {
      return await countWithGit(repository, oid, previous);
    } finally {
      countingMs += performance.now() - startedMs;
    }
  };

  const countWithGit = async (
    repository: OpenRepository,
    oid: string,
    previous: History['count'],
  ): Promise<number> => {
    if (previous?.commits != null) {
      try {
        const range = `${previous.head}...${oid}`;
        const sides = await git(repository, 'rev-list', '--count', '--left-right', range);
        const [removed = NaN, added = NaN] = sides.toString('latin1').split('\t').map(Number);
        if (!Number.isNaN(added)) return previous.commits - removed + added;
      } catch (error) {
        // The previous commit may have been pruned.
        if (!(error instanceof RepositoryError) || error.code !== 'git-failed') throw error;
      }
    }
    const commits = Number((await git(repository, 'rev-list', '--count', oid)).toString('latin1'));
    sharedCounts.set(sharedKey(repository, oid), commits);
    return commits;
  };

  const distance = (repository: OpenRepository): Distance | null => {
    const { head, upstream, shallow } = repository;
    if (head.oid === null || !upstream?.oid) return { ahead: null, behind: null };
    if (head.oid === upstream.oid) return { ahead: 0, behind: 0 };
    const known = shallow ? null : historyOf(repository).distance;
    return known?.head === head.oid && known.upstream === upstream.oid ? known : null;
  };

  return {
    prefetch,
    commit,
    count,
    head: async (repository) => {
      const known = distance(repository);
      if (known === null) return null;
      const tree = (await commit(repository))?.tree ?? null;
      return { tree, ahead: known.ahead, behind: known.behind };
    },
    setDistance: (repository, ahead, behind) => {
      const { head, upstream } = repository;
      if (head.oid === null || !upstream?.oid) return;
      const known = historyOf(repository).distance;
      if (known?.head === head.oid && known.upstream === upstream.oid) return;
      update(repository, { distance: { head: head.oid, upstream: upstream.oid, ahead, behind } });
    },
    toCache: (workTree) => updated.get(workTree) ?? cachedHistory(workTree),
  };
}

const sharedKey = ({ commonDir }: OpenRepository, oid: string): string => `${commonDir}\0${oid}`;

interface Distance {
  readonly ahead: number | null;
  readonly behind: number | null;
}

const chunk = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / batchSize) }, (_, at) =>
    items.slice(at * batchSize, (at + 1) * batchSize),
  );

const countTimeout = (): RepositoryError =>
  new RepositoryError('git-timeout', 'error', 'git did not count the commits in 10 seconds');
