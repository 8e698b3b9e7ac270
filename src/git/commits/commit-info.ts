import type { YieldToEventLoop } from '../../util/async.ts';
import { isTimeout } from '../exec/git-budget.ts';
import type { GitContext } from '../exec/run-git.ts';
import { openCommitReader } from '../objects/object-reader.ts';
import type { OpenRepository } from '../open-repository.ts';
import {
  noHistory,
  type CommitObject,
  type History,
  type RepositoryCache,
} from '../repository-cache.ts';
import { RepositoryError, type Unpushed } from '../repository.ts';
import type { Head } from '../worktree/worktree-context.ts';
import { countDifference } from './ancestry.ts';
import { batchSize, readCommitBatch } from './batch-commits.ts';
import { readDifference } from './commit-difference.ts';
import type { CommitLinksCache } from './commit-links.ts';
import { createCommitCounter } from './count-commits.ts';
import type { HistoryBudget } from './history-budget.ts';
import { parseCommit } from './parse-commit.ts';
import { hashOf, listUnpushed, safeCommits } from './unpushed-commits.ts';

/** Reads facts about commits. A fact that the cache contains needs no git process. */
export interface CommitInfo {
  /** Reads the last commits of many repositories in batches. */
  readonly prefetch: (repositories: readonly OpenRepository[]) => Promise<void>;
  readonly commit: (repository: OpenRepository) => Promise<CommitObject | null>;
  /** See `RepositoryReader.commitCount`. */
  readonly count: (repository: OpenRepository) => Promise<number | null | 'pending'>;
  /** See `RepositoryReader.unpushed`. */
  readonly unpushed: (repository: OpenRepository) => Promise<Unpushed | null>;
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
  readonly budget: HistoryBudget;
  readonly links: CommitLinksCache;
  readonly yieldToEventLoop: YieldToEventLoop;
}): CommitInfo {
  const { cache, git, withGitForBatch, isBlocked, links, yieldToEventLoop } = context;
  const counter = createCommitCounter(context);
  const updated = new Map<string, History>();
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
      const commit = batch.get(repository.workTree);
      if (commit !== undefined) update(repository, { commit });
    }
  };
  /** Reads the last commit without git; returns false if only git can. */
  const readLastCommit = (repository: OpenRepository): boolean => {
    const { oid } = repository.head;
    if (oid === null) return false;
    using reader = openCommitReader(repository);
    const content = reader.read(oid);
    if (content === null) return false;
    links.add(oid, content);
    update(repository, { commit: parseCommit(oid, content) });
    return true;
  };

  const prefetch = async (repositories: readonly OpenRepository[]): Promise<void> => {
    counter.expect(repositories, ({ workTree }) => cachedHistory(workTree).count);
    const unknown: OpenRepository[] = [];
    for (const one of repositories) {
      await yieldToEventLoop();
      const isKnown = one.head.oid === null || historyOf(one).commit?.hash === one.head.oid;
      if (!isKnown && !isBlocked(one) && !readLastCommit(one)) unknown.push(one);
    }
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
    // Before the others use up the time for counting.
    const needed = counter.mostNeeded(repositories).values();
    const countNeeded = async (): Promise<void> => {
      for (const one of needed) {
        try {
          if (!one.shallow && (await count(one)) === 'pending') break;
        } catch (error) {
          // Reported where the count is requested.
          if (!(error instanceof RepositoryError)) throw error;
        }
      }
    };
    // One history is hashed while git reads the next one.
    await Promise.all([countNeeded(), countNeeded()]);
  };

  const commit = async (repository: OpenRepository): Promise<CommitObject | null> => {
    const { oid } = repository.head;
    if (oid === null) return null;
    const known = historyOf(repository).commit;
    if (known?.hash === oid) return known;
    if (readLastCommit(repository)) return historyOf(repository).commit;
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
      const counted = await counter.count(repository, previous);
      if (counted === 'pending') return counted;
      update(repository, { count: { head: oid, ...counted } });
      return counted.commits;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      // Cached, because the next attempt would take as long.
      update(repository, { count: { head: oid, commits: null, isVerified: false } });
      throw countTimeout();
    }
  };

  const distance = (repository: OpenRepository): Distance | null => {
    const { head, upstream, shallow } = repository;
    if (head.oid === null || !upstream?.oid) return { ahead: null, behind: null };
    if (head.oid === upstream.oid) return { ahead: 0, behind: 0 };
    if (shallow) return null;
    const known = historyOf(repository).distance;
    if (known?.head === head.oid && known.upstream === upstream.oid) return known;
    if (!hasCommit(repository, upstream.oid)) return null;
    const { oid } = head;
    const ancestry = counter.ancestryOf(repository, upstream.oid);
    const difference =
      (ancestry && countDifference(ancestry, oid, upstream.oid)) ??
      readDistance(repository, oid, upstream.oid);
    return difference && { ahead: difference.onlyOne, behind: difference.onlyOther };
  };
  const readDistance = (
    repository: OpenRepository,
    one: string,
    other: string,
  ): ReturnType<typeof countDifference> => {
    using reader = links.open(repository);
    const found = readDifference(reader, { left: [one], right: [other] });
    return found && { onlyOne: found.left.length, onlyOther: found.right.length };
  };
  const hasCommit = (repository: OpenRepository, oid: string): boolean => {
    using reader = openCommitReader(repository);
    return reader.read(oid) !== null;
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
    unpushed: async (repository) => {
      const { head, shallow } = repository;
      if (head.oid === null || shallow) return null;
      const safe = safeCommits(repository);
      if (safe === null) return null;
      const excluded = hashOf(safe);
      const known = historyOf(repository).unpushed;
      if (known?.head === head.oid && known.excluded === excluded) {
        return { commits: known.commits, oldestAt: known.oldestAt };
      }
      using reader = links.open(repository);
      const listed = await listUnpushed(head.oid, safe, {
        links: reader,
        git: (...args) => git(repository, ...args),
      });
      if (listed !== null) {
        update(repository, { unpushed: { head: head.oid, excluded, ...listed } });
      }
      return listed;
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
