import type { GitContext } from '../exec/run-git.ts';
import type { OpenRepository } from '../open-repository.ts';
import { canBatch, readVerifiedCommits } from './batch-commits.ts';
import { parentsOf } from './parse-commit.ts';

/** Verifying more takes longer and more memory than counting in every clone. */
const maxCommits = 20_000;

/** The number of commits that are reachable from a commit, as a function of its id. */
export interface VerifiedCount {
  readonly head: string;
  readonly commits: number;
}

/**
 * Counts the commits reachable from HEAD, so that the result holds in every clone: a repository may contain forged
 * objects, so the hash of each commit is verified. With a count of an earlier HEAD only the commits since are read.
 * Null if the history is too long, or if it can't be verified.
 */
export async function countVerified(
  repository: OpenRepository,
  earlier: VerifiedCount | null,
  git: {
    readonly run: (...args: string[]) => Promise<Buffer>;
    readonly withContext: <Value>(work: (context: GitContext) => Promise<Value>) => Promise<Value>;
  },
): Promise<number | null> {
  const { oid } = repository.head;
  if (oid === null || !canBatch(repository)) return null;
  const limit = `--max-count=${String(maxCommits + 1)}`;
  const range = earlier === null ? [oid] : [oid, `^${earlier.head}`];
  const output = (await git.run('rev-list', limit, ...range, '--')).toString('latin1');
  const ids = output.split('\n').slice(0, -1);
  if (ids.length > maxCommits) return null;
  const commits = await git.withContext((context) =>
    readVerifiedCommits([repository], ids, context),
  );
  const reached = new Set([oid]);
  // The iteration includes the ids that it adds.
  for (const id of reached) {
    const commit = commits.get(id);
    if (commit === undefined) return null;
    const parents = parentsOf(commit);
    // All commits have to descend from the earlier one. Others could be among those that it counts.
    if (earlier !== null && parents.length === 0) return null;
    for (const parent of parents) if (parent !== earlier?.head) reached.add(parent);
  }
  return reached.size + (earlier?.commits ?? 0);
}
