import { getOrInsert } from '../../util/collections.ts';
import type { GitContext } from '../exec/run-git.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { History, RepositoryCache } from '../repository-cache.ts';
import { RepositoryError } from '../repository.ts';
import { countReachable, type Ancestry } from './ancestry.ts';
import { createCommitGraphs } from './commit-graph.ts';
import type { CommitLinksCache } from './commit-links.ts';
import type { HistoryBudget } from './history-budget.ts';
import { extendVerifiedCount, readVerifiedAncestry, type VerifiedCount } from './verified-count.ts';

/** Verifying a history takes about as long as counting it three times. */
const minClones = 4;

/** Longer histories are counted by git, which takes less time per commit. */
const maxShortHistory = 16;

export interface Counted {
  readonly commits: number;
  /** See `readVerifiedAncestry`. */
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
  /** Returns commits that include a given one, as far as they are known without git. */
  readonly ancestryOf: (repository: OpenRepository, oid: string) => Ancestry | null;
}

/** Counts the commits of a short history in this process; null if it is longer or not readable here. */
function countShortHistory(
  links: CommitLinksCache,
  repository: OpenRepository,
  oid: string,
): number | null {
  using reader = links.open(repository);
  const ids = new Set([oid]);
  // The iteration includes the ids that it adds.
  for (const id of ids) {
    const commit = reader.read(id);
    if (commit === null) return null;
    for (const parent of commit.parents) ids.add(parent);
    if (ids.size > maxShortHistory) return null;
  }
  return ids.size;
}

export function createCommitCounter(context: {
  readonly cache: Pick<RepositoryCache, 'counts'>;
  readonly budget: HistoryBudget;
  readonly links: CommitLinksCache;
  readonly git: (repository: OpenRepository, ...args: string[]) => Promise<Buffer>;
  readonly withGitForBatch: <Value>(work: (git: GitContext) => Promise<Value>) => Promise<Value>;
}): CommitCounter {
  const { cache, git, withGitForBatch, links } = context;
  const withinLimit = context.budget.limit();
  /** By git directory and commit: linked work trees share their history. Clones don't, one may be forged. */
  const shared = new Map<string, number>();
  const openGraph = createCommitGraphs();
  const graphCounts = new WeakMap<Ancestry, Map<string, number | null>>();
  const countIn = (ancestry: Ancestry, oid: string): number | null => {
    const counts = graphCounts.get(ancestry) ?? new Map<string, number | null>();
    graphCounts.set(ancestry, counts);
    return getOrInsert(counts, oid, () => countReachable(ancestry, oid));
  };
  const ancestries: Ancestry[] = [];
  const verifiedAncestryOf = (oid: string): Ancestry | null =>
    ancestries.find((one) => one.find(oid) !== null) ?? null;
  /** By commit. Null if its history can't be verified. */
  const verified = new Map<string, Promise<number | null>>();
  /** The last count in each git directory. */
  const latest = new Map<string, VerifiedCount>();
  /** The git directories that need the count of a commit. */
  const clones = new Map<string, Set<string>>();

  const expect: CommitCounter['expect'] = (repositories, cachedCount) => {
    for (const cached of cache.counts()) {
      if (cached.isVerified) verified.set(cached.head, Promise.resolve(cached.commits));
    }
    for (const repository of repositories) {
      const { oid } = repository.head;
      const cached = cachedCount(repository);
      if (oid === null || cached?.head === oid) continue;
      getOrInsert(clones, oid, () => new Set()).add(repository.commonDir);
    }
  };

  const count: CommitCounter['count'] = async (repository, previous) => {
    const oid = repository.head.oid ?? '';
    const ancestry = verifiedAncestryOf(oid);
    const known = (await verified.get(oid)) ?? (ancestry && countIn(ancestry, oid));
    if (known !== null) return { commits: known, isVerified: true };
    const key = `${repository.commonDir}\0${oid}`;
    const store = (commits: number): void => {
      shared.set(key, commits);
      latest.set(repository.commonDir, { head: oid, commits });
    };
    const graph = shared.has(key) ? null : openGraph(repository, oid);
    const commits = shared.get(key) ?? (graph && countIn(graph, oid));
    if (commits !== null) {
      store(commits);
      return { commits, isVerified: false };
    }
    const short = countShortHistory(links, repository, oid);
    if (short !== null) return { commits: short, isVerified: true };
    return withinLimit(async () => {
      const counted = await countWithGit(repository, oid, previous);
      store(counted.commits);
      return counted;
    });
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
    const earlier = isVerified && commits !== null ? { head, commits } : null;
    const options = {
      run: (...args: string[]) => git(repository, ...args),
      withContext: withGitForBatch,
    };
    const extended =
      earlier && (await unlessFailed(extendVerifiedCount(repository, earlier, options)));
    if (extended !== null) return extended;
    const ancestry = await unlessFailed(readVerifiedAncestry(repository, options));
    if (ancestry === null) return null;
    ancestries.push(ancestry);
    return ancestry.size;
  };
  const mostNeeded: CommitCounter['mostNeeded'] = (repositories) => {
    const byHead = new Map(repositories.map((one) => [one.head.oid ?? '', one]));
    return [...clones]
      .filter(([, dirs]) => dirs.size >= minClones)
      .sort(([, one], [, other]) => other.size - one.size)
      .flatMap(([oid]) => byHead.get(oid) ?? []);
  };
  return {
    expect,
    mostNeeded,
    count,
    ancestryOf: (repository, oid) => verifiedAncestryOf(oid) ?? openGraph(repository, oid),
  };
}

/** The previous commit may have been pruned. Other failures are reported by the next attempt to count. */
async function unlessFailed<Value>(read: Promise<Value>): Promise<Value | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
