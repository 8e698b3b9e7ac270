import type { GitContext } from '../exec/run-git.ts';
import type { OpenRepository } from '../open-repository.ts';
import { getOrInsert } from '../../util/collections.ts';
import type { Ancestry } from './ancestry.ts';
import { canBatch, readVerifiedCommits } from './batch-commits.ts';
import { parentsOf } from './parse-commit.ts';

/** Verifying more takes longer and more memory than counting in every clone. */
const maxCommits = 20_000;

/** The number of commits that are reachable from a commit, as a function of its id. */
export interface VerifiedCount {
  readonly head: string;
  readonly commits: number;
}

interface Git {
  readonly run: (...args: string[]) => Promise<Buffer>;
  readonly withContext: <Value>(work: (context: GitContext) => Promise<Value>) => Promise<Value>;
}

/**
 * Reads the commits that are reachable from HEAD, so that the result holds in every clone: a repository may contain
 * forged objects, so the hash of each commit is verified. Null if there are too many, or if they can't be verified.
 */
export async function readVerifiedAncestry(
  repository: OpenRepository,
  git: Git,
): Promise<Ancestry | null> {
  const parentsOfAll = await readParents(repository, null, git);
  const positions = new Map([[repository.head.oid ?? '', 0]]);
  const parents: number[][] = [];
  // The iteration includes the ids that it adds.
  for (const id of positions.keys()) {
    const ids = parentsOfAll?.get(id);
    if (ids === undefined) return null;
    parents.push(ids.map((one) => getOrInsert(positions, one, () => positions.size)));
  }
  return {
    size: positions.size,
    find: (oid) => positions.get(oid) ?? null,
    parentsOf: (position) => parents[position] ?? [],
  };
}

/** Counts the commits that are reachable from HEAD by reading only those since an earlier HEAD, else like above. */
export async function extendVerifiedCount(
  repository: OpenRepository,
  earlier: VerifiedCount,
  git: Git,
): Promise<number | null> {
  const parentsOfAll = await readParents(repository, earlier, git);
  const reached = new Set([repository.head.oid ?? '']);
  // The iteration includes the ids that it adds.
  for (const id of reached) {
    const parents = parentsOfAll?.get(id);
    // All commits have to descend from the earlier one. Others could be among those that it counts.
    if (parents === undefined || parents.length === 0) return null;
    for (const parent of parents) if (parent !== earlier.head) reached.add(parent);
  }
  return reached.size + earlier.commits;
}

/** Returns the ids of the parents of the commits that are reachable from HEAD and not from an earlier one. */
async function readParents(
  repository: OpenRepository,
  earlier: VerifiedCount | null,
  { run, withContext }: Git,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const { oid } = repository.head;
  if (oid === null || !canBatch(repository)) return null;
  const limit = `--max-count=${String(maxCommits + 1)}`;
  const range = earlier === null ? [oid] : [oid, `^${earlier.head}`];
  const output = (await run('rev-list', limit, ...range, '--')).toString('latin1');
  const ids = output.split('\n').slice(0, -1);
  if (ids.length > maxCommits) return null;
  const parse = (_id: string, commit: Buffer): readonly string[] => parentsOf(commit);
  return withContext((context) => readVerifiedCommits([repository], { ids, parse }, context));
}
