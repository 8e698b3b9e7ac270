import { createHash } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { assertRegularObjects } from '../exec/object-stores.ts';
import { runHardened, type GitContext } from '../exec/run-git.ts';
import type { OpenRepository } from '../open-repository.ts';
import type { CommitObject } from '../repository-cache.ts';
import { RepositoryError } from '../repository.ts';
import { parseCommit } from './parse-commit.ts';

/** git searches the object stores one after the other: larger batches cost more than further processes. */
export const batchSize = 100;

/** Longer histories are counted by a git process of their own. */
const maxBatchedHistory = 16;

export interface BatchedCommit {
  readonly commit: CommitObject;
  /** Commits reachable from HEAD; null when there are more than `maxBatchedHistory`. */
  readonly commits: number | null;
}

/**
 * Reads the last commits of many repositories of one object format, and counts short histories, with a few git
 * processes that see the object stores of all of them. One store may contain a forged object with the id of
 * another's commit, so the hash of every object is verified. Returns them by work tree; commits that were not
 * found are missing and have to be read one by one. Throws `RepositoryError`.
 */
export async function readCommitBatch(
  repositories: readonly OpenRepository[],
  context: GitContext,
): Promise<ReadonlyMap<string, BatchedCommit>> {
  const batch = repositories.filter(canBatch);
  const [first, ...others] = batch;
  const result = new Map<string, BatchedCommit>();
  if (first === undefined) return result;
  const objects = new Map<string, Buffer>();
  const read = async (ids: readonly string[]): Promise<void> => {
    const found = await readVerifiedCommits([first, ...others], ids, context);
    for (const [id, object] of found) objects.set(id, object);
  };
  // The known part of each history, from HEAD back.
  const histories = batch.flatMap(({ workTree, head, shallow }) =>
    head.oid === null ? [] : [{ workTree, head: head.oid, shallow, ids: new Set([head.oid]) }],
  );
  for (let step = 0; step < maxBatchedHistory; step += 1) {
    const wanted = new Set(
      histories.flatMap(({ ids }) =>
        step > 0 && ids.size > maxBatchedHistory ? [] : [...ids].filter((id) => !objects.has(id)),
      ),
    );
    if (wanted.size === 0) break;
    const before = objects.size;
    await read([...wanted]);
    if (objects.size === before) break;
    for (const { ids, shallow } of histories) {
      if (shallow || ids.size > maxBatchedHistory) continue;
      // The iteration includes the ids that it adds.
      for (const id of ids) for (const parent of parentsOf(objects.get(id))) ids.add(parent);
    }
  }
  for (const { workTree, head, shallow, ids } of histories) {
    const object = objects.get(head);
    if (object === undefined) continue;
    const isComplete =
      !shallow && [...ids].every((id) => objects.has(id)) && ids.size <= maxBatchedHistory;
    result.set(workTree, {
      commit: parseCommit(head, object),
      commits: isComplete ? ids.size : null,
    });
  }
  return result;
}

/**
 * Reads commits with one git process that sees the object stores of several repositories of one format. Returns those
 * that were found and whose hash is their id. Throws `RepositoryError`.
 */
export async function readVerifiedCommits(
  [first, ...others]: readonly [OpenRepository, ...OpenRepository[]],
  ids: readonly string[],
  context: GitContext,
): Promise<ReadonlyMap<string, Buffer>> {
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
  const output = await runHardened(['cat-file', '--batch'], context, stores, input);
  const objects = new Map<string, Buffer>();
  for (const [id, object] of parseBatchOutput(output)) {
    const hash = createHash(first.format).update(`commit ${String(object.length)}\0`);
    if (hash.update(object).digest('hex') === id) objects.set(id, object);
  }
  return objects;
}

/** Returns the ids of the `parent` lines at the start of a commit. */
export function parentsOf(commit: Buffer | undefined): readonly string[] {
  const lines = commit?.toString('latin1', 0, 8192).split('\n') ?? [];
  const end = lines.findIndex((line, at) => at > 0 && !line.startsWith('parent '));
  return lines.slice(1, Math.max(end, 1)).map((line) => line.slice('parent '.length));
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
