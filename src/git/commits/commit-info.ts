import { parseCommit } from './parse-commit.ts';
import type { GitContext } from '../exec/run-git.ts';
import { readCommitBatch, batchSize } from './batch-commits.ts';
import {
  noHistory,
  type History,
  type CommitObject,
  type RepositoryCache,
} from '../repository-cache.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';
import type { Head } from '../worktree/worktree-state.ts';

/** What the commits of repositories tell. Each fact is asked for once, in all runs together. */
export interface CommitInfo {
  /** Reads the last commits of many repositories with few git processes. */
  readonly prefetch: (repositories: readonly OpenRepository[]) => Promise<void>;
  readonly commit: (repository: OpenRepository) => Promise<CommitObject | null>;
  readonly count: (repository: OpenRepository) => Promise<number | null>;
  /** Null where it takes more than the last commit to tell. */
  readonly head: (repository: OpenRepository) => Promise<Head | null>;
  /** How far HEAD is from its upstream, as git has just said. */
  readonly setDistance: (repository: OpenRepository, ahead: number, behind: number) => void;
  readonly of: (workTree: string) => History;
}

export function createCommitInfo(context: {
  readonly memory: RepositoryCache;
  readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  readonly withGit: <Value>(work: (git: GitContext) => Promise<Value>) => Promise<Value>;
}): CommitInfo {
  const { memory, git, withGit } = context;
  const known = new Map<string, History>();
  const of = (workTree: string): History =>
    known.get(workTree) ?? memory.get(workTree)?.history ?? noHistory;
  const keep = (workTree: string, facts: Partial<History>): void =>
    void known.set(workTree, { ...of(workTree), ...facts });

  const learnSome = async (repositories: readonly OpenRepository[]): Promise<void> => {
    const learned = await withGit((gitContext) => readCommitBatch(repositories, gitContext));
    for (const [workTree, { commit, commits: counted }] of learned) {
      const before = of(workTree).count;
      const count = counted === null ? before : { head: commit.hash, commits: counted };
      keep(workTree, { commit, count });
    }
  };

  const learn = async (repositories: readonly OpenRepository[]): Promise<void> => {
    const unknown = repositories.filter(
      ({ workTree, head }) => head.oid !== null && of(workTree).commit?.hash !== head.oid,
    );
    const chunks = (['sha1', 'sha256'] as const).flatMap((format) =>
      inChunks(unknown.filter((one) => one.format === format)),
    );
    // What goes wrong here is told by the repository that is to blame, when it is asked alone.
    const learned = await Promise.allSettled(chunks.map(learnSome));
    for (const one of learned) {
      if (one.status === 'rejected' && !(one.reason instanceof RepositoryError)) throw one.reason;
    }
  };

  const commit = async (repository: OpenRepository): Promise<CommitObject | null> => {
    const { oid } = repository.head;
    if (oid === null) return null;
    const before = of(repository.workTree).commit;
    if (before?.hash === oid) return before;
    const read = parseCommit(oid, await git(repository, 'cat-file', 'commit', oid));
    keep(repository.workTree, { commit: read });
    return read;
  };

  const count = async (repository: OpenRepository): Promise<number | null> => {
    const { workTree, shallow } = repository;
    const { oid } = repository.head;
    if (shallow) return null;
    if (oid === null) return 0;
    const { count: before } = of(workTree);
    if (before?.head === oid) {
      if (before.commits === null) throw tooMany();
      return before.commits;
    }
    try {
      const commits = await countCommits(repository, oid, before);
      keep(workTree, { count: { head: oid, commits } });
      return commits;
    } catch (error) {
      // It would take as long every time.
      const isSlow = error instanceof RepositoryError && error.code === 'git-timeout';
      if (isSlow) keep(workTree, { count: { head: oid, commits: null } });
      throw isSlow ? tooMany() : error;
    }
  };

  const countCommits = async (
    repository: OpenRepository,
    oid: string,
    before: History['count'],
  ): Promise<number> => {
    if (before?.commits != null) {
      try {
        const range = `${before.head}...${oid}`;
        const sides = await git(repository, 'rev-list', '--count', '--left-right', range);
        const [lost = NaN, won = NaN] = sides.toString('latin1').split('\t').map(Number);
        if (!Number.isNaN(won)) return before.commits - lost + won;
      } catch (error) {
        // The commit of then may be gone by now.
        if (!(error instanceof RepositoryError) || error.code !== 'git-failed') throw error;
      }
    }
    return Number((await git(repository, 'rev-list', '--count', oid)).toString('latin1'));
  };

  const distance = ({ workTree, head, upstream, shallow }: OpenRepository): Distance | null => {
    if (head.oid === null || !upstream?.oid) return { ahead: null, behind: null };
    if (head.oid === upstream.oid) return { ahead: 0, behind: 0 };
    const before = shallow ? null : of(workTree).distance;
    return before?.head === head.oid && before.upstream === upstream.oid ? before : null;
  };

  return {
    prefetch: learn,
    commit,
    count,
    head: async (repository) => {
      const from = distance(repository);
      if (from === null) return null;
      const tree = (await commit(repository))?.tree ?? null;
      return { tree, ahead: from.ahead, behind: from.behind };
    },
    setDistance: ({ workTree, head, upstream }, ahead, behind) => {
      if (head.oid === null || !upstream?.oid) return;
      const before = of(workTree).distance;
      if (before?.head === head.oid && before.upstream === upstream.oid) return;
      keep(workTree, { distance: { head: head.oid, upstream: upstream.oid, ahead, behind } });
    },
    of,
  };
}

interface Distance {
  readonly ahead: number | null;
  readonly behind: number | null;
}

const inChunks = <One>(all: readonly One[]): readonly (readonly One[])[] =>
  Array.from({ length: Math.ceil(all.length / batchSize) }, (_, chunk) =>
    all.slice(chunk * batchSize, (chunk + 1) * batchSize),
  );

const tooMany = (): RepositoryError =>
  new RepositoryError('git-timeout', 'error', 'git did not count the commits in 10 seconds');
