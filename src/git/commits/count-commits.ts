import { getOrInsert } from '../../util/collections.ts';
import type { GitContext } from '../exec/run-git.ts';
import { openCommitReader } from '../objects/object-reader.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { History } from '../repository-cache.ts';
import { RepositoryError } from '../repository.ts';
import { countInCommitGraph, type GraphCounts } from './commit-graph.ts';
import { parentsOf } from './parse-commit.ts';
import { countVerified, type VerifiedCount } from './verified-count.ts';

/** The time for counting with git in a run, plus 1 ms per repository: about as long as `git status` takes. */
const minCountingMs = 250;
/** Verifying a history takes about as long as counting it three times. */
const minClones = 4;

/** Longer histories are counted by git, which takes less time per commit. */
const maxShortHistory = 16;
/** With more, the history is most likely longer. */
const maxPackedObjects = 2000;

export interface Counted {
  readonly commits: number;
  /** See `countVerified`. */
  readonly isVerified: boolean;
}

/** Counts the commits reachable from the HEADs of the repositories of a run. */
export interface CommitCounter {
  /** Announces repositories with their counts of the previous run. */
  readonly expect: (
    repositories: readonly OpenRepository[],
    cachedCount: (repository: OpenRepository) => History['count'],
  ) => void;
  /** Returns a repository for each commit that many clones need, the most needed first. */
  readonly mostNeeded: (repositories: readonly OpenRepository[]) => readonly OpenRepository[];
  /** `previous` is the count of an earlier HEAD. See `RepositoryReader.commitCount` for `pending`. */
  readonly count: (
    repository: OpenRepository,
    previous: History['count'],
  ) => Promise<Counted | 'pending'>;
}

/** Counts the commits of a short history in this process; null if it is longer or not readable here. */
function countShortHistory(repository: OpenRepository, oid: string): number | null {
  using reader = openCommitReader(repository);
  if (reader.packedObjects() > maxPackedObjects) return null;
  const ids = new Set([oid]);
  // The iteration includes the ids that it adds.
  for (const id of ids) {
    const commit = reader.read(id);
    if (commit === null) return null;
    for (const parent of parentsOf(commit)) ids.add(parent);
    if (ids.size > maxShortHistory) return null;
  }
  return ids.size;
}

export function createCommitCounter(context: {
  readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  readonly withGitForBatch: <Value>(work: (git: GitContext) => Promise<Value>) => Promise<Value>;
}): CommitCounter {
  const { git, withGitForBatch } = context;
  let countingMs = 0;
  let maxCountingMs = minCountingMs;
  /** By git directory and commit: linked work trees share their history. Clones don't, one may be forged. */
  const shared = new Map<string, number>();
  const graphCounts: GraphCounts = new Map();
  /** By commit. Null if its history can't be verified. */
  const verified = new Map<string, Promise<number | null>>();
  /** The last count in each git directory. */
  const latest = new Map<string, VerifiedCount>();
  /** The git directories that need the count of a commit. */
  const clones = new Map<string, Set<string>>();

  const expect: CommitCounter['expect'] = (repositories, cachedCount) => {
    maxCountingMs = minCountingMs + repositories.length;
    for (const repository of repositories) {
      const { oid } = repository.head;
      const cached = cachedCount(repository);
      if (cached?.isVerified === true) verified.set(cached.head, Promise.resolve(cached.commits));
      if (oid === null || cached?.head === oid) continue;
      getOrInsert(clones, oid, () => new Set()).add(repository.commonDir);
    }
  };

  const count: CommitCounter['count'] = async (repository, previous) => {
    const oid = repository.head.oid ?? '';
    const known = (await verified.get(oid)) ?? null;
    if (known !== null) return { commits: known, isVerified: true };
    const key = `${repository.commonDir}\0${oid}`;
    const store = (commits: number): void => {
      shared.set(key, commits);
      latest.set(repository.commonDir, { head: oid, commits });
    };
    const commits = shared.get(key) ?? countInCommitGraph(repository, oid, graphCounts);
    if (commits !== null) {
      store(commits);
      return { commits, isVerified: false };
    }
    const short = countShortHistory(repository, oid);
    if (short !== null) return { commits: short, isVerified: true };
    if (countingMs >= maxCountingMs) return 'pending';
    const startedMs = performance.now();
    try {
      const counted = await countWithGit(repository, oid, previous);
      store(counted.commits);
      return counted;
    } finally {
      countingMs += performance.now() - startedMs;
    }
  };

  const countWithGit = async (
    repository: OpenRepository,
    oid: string,
    previous: History['count'],
  ): Promise<Counted> => {
    if ((clones.get(oid)?.size ?? 0) >= minClones) {
      const commits = await getOrInsert(verified, oid, () => verify(repository, previous));
      if (commits !== null) return { commits, isVerified: true };
    }
    const start = previous?.commits == null ? await countNearby(repository) : previous;
    if (start?.commits != null) {
      try {
        const range = `${start.head}...${oid}`;
        const sides = await git(repository, 'rev-list', '--count', '--left-right', range);
        const [removed = NaN, added = NaN] = sides.toString('latin1').split('\t').map(Number);
        const commits = start.commits - removed + added;
        if (!Number.isNaN(commits)) return { commits, isVerified: false };
      } catch (error) {
        // The start may have been pruned.
        if (!(error instanceof RepositoryError) || error.code !== 'git-failed') throw error;
      }
    }
    const output = await git(repository, 'rev-list', '--count', oid);
    return { commits: Number(output.toString('latin1')), isVerified: false };
  };

  /** Returns the count of a commit that is probably close to HEAD: of the upstream or another linked work tree. */
  const countNearby = async ({
    upstream,
    commonDir,
  }: OpenRepository): Promise<VerifiedCount | null> => {
    const head = upstream?.oid ?? '';
    const commits = (await verified.get(head)) ?? null;
    return commits === null ? (latest.get(commonDir) ?? null) : { head, commits };
  };

  /** Extends the verified count of an earlier HEAD, or else verifies the complete history. */
  const verify = async (
    repository: OpenRepository,
    previous: History['count'],
  ): Promise<number | null> => {
    const { head = '', commits = null, isVerified = false } = previous ?? {};
    const earlier = isVerified && commits !== null ? [{ head, commits }] : [];
    for (const start of [...earlier, null]) {
      try {
        const counted = await countVerified(repository, start, {
          run: (...args) => git(repository, ...args),
          withContext: withGitForBatch,
        });
        if (counted !== null) return counted;
      } catch (error) {
        // The previous commit may have been pruned. Other failures are reported by the next attempt to count.
        if (!(error instanceof RepositoryError)) throw error;
      }
    }
    return null;
  };
  const mostNeeded: CommitCounter['mostNeeded'] = (repositories) => {
    const byHead = new Map(repositories.map((one) => [one.head.oid ?? '', one]));
    return [...clones]
      .filter(([, dirs]) => dirs.size >= minClones)
      .sort(([, one], [, other]) => other.size - one.size)
      .flatMap(([oid]) => byHead.get(oid) ?? []);
  };
  return { expect, mostNeeded, count };
}
