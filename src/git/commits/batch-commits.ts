import { delimiter, join } from 'node:path';
import { assertRegularObjects } from '../exec/object-stores.ts';
import { runHardened, type GitContext } from '../exec/run-git.ts';
import { isCommitWithId } from '../objects/commit-id.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { CommitObject } from '../repository-cache.ts';
import { RepositoryError } from '../repository.ts';
import { parseCommit } from './parse-commit.ts';

/** git searches the object stores one after the other: larger batches cost more than further processes. */
export const batchSize = 100;

/**
 * Reads the last commits of many repositories of one object format with one git process that sees the object stores of
 * all of them. One store may contain a forged object with the id of another's commit, so the hash of every object is
 * verified. Returns them by work tree; commits that were not found are missing and have to be read one by one. Throws
 * `RepositoryError`.
 */
export async function readCommitBatch(
  repositories: readonly OpenRepository[],
  context: GitContext,
): Promise<ReadonlyMap<string, CommitObject>> {
  const [first, ...others] = repositories.filter(canBatch);
  const result = new Map<string, CommitObject>();
  if (first === undefined) return result;
  const heads = [first, ...others].flatMap(({ workTree, head }) =>
    head.oid === null ? [] : [{ workTree, oid: head.oid }],
  );
  const ids = [...new Set(heads.map(({ oid }) => oid))];
  const commits = await readVerifiedCommits(
    [first, ...others],
    { ids, parse: parseCommit },
    context,
  );
  for (const { workTree, oid } of heads) {
    const commit = commits.get(oid);
    if (commit !== undefined) result.set(workTree, commit);
  }
  return result;
}

/**
 * Reads commits with one git process that sees the object stores of several repositories of one format. Returns those
 * that were found and whose hash is their id, by id. Throws `RepositoryError`.
 */
export async function readVerifiedCommits<Commit>(
  [first, ...others]: readonly [OpenRepository, ...OpenRepository[]],
  {
    ids,
    parse,
  }: {
    readonly ids: readonly string[];
    readonly parse: (id: string, object: Buffer) => Commit;
  },
  context: GitContext,
): Promise<ReadonlyMap<string, Commit>> {
  const store = ({ commonDir }: OpenRepository): string => join(commonDir, 'objects');
  context.scratchDir.fill(
    new Map([
      ['HEAD', Buffer.from('ref: refs/heads/none\n')],
      ['config', Buffer.from(minimalConfig(first))],
    ]),
  );
  const stores = {
    GIT_OBJECT_DIRECTORY: store(first),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: others.map(store).join(delimiter),
  };
  const input = ids.map((id) => `${id}\n`).join('');
  // Without `--buffer`, git writes each object by itself.
  const output = await runHardened(['cat-file', '--batch', '--buffer'], context, stores, input);
  const commits = new Map<string, Commit>();
  for (const [id, object] of parseBatchOutput(output)) {
    if (isCommitWithId(id, object, first.format)) commits.set(id, parse(id, object));
  }
  return commits;
}

/** Whether the path of a store fits into a list of alternates and git does not block on its files. */
export function canBatch({ commonDir, head }: OpenRepository): boolean {
  try {
    assertRegularObjects(commonDir, head.oid);
  } catch (error) {
    if (error instanceof RepositoryError) return false;
    throw error;
  }
  return !commonDir.includes(delimiter) && !/["\n]/.test(commonDir);
}

function minimalConfig({ format }: OpenRepository): string {
  const core = '[core]\n\tbare = true\n\tmultipackindex = false\n\trepositoryformatversion =';
  return format === 'sha1' ? `${core} 0\n` : `${core} 1\n[extensions]\n\tobjectformat = sha256\n`;
}

/** Parses records of `<id> <type> <size>`, the object and a newline, or `<id> missing` (git-cat-file(1)). */
function* parseBatchOutput(output: Buffer): Generator<readonly [id: string, object: Buffer]> {
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at);
    if (end < 0) return;
    const [id = '', type, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    const length = Number(size);
    if (type === 'commit') yield [id, output.subarray(at, at + length)];
    at += length + 1;
  }
}
