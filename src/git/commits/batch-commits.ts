import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseCommit } from './parse-commit.ts';
import { assertRegularAlternates, runHardened, type GitContext } from '../exec/run-git.ts';
import type { CommitObject } from '../repository-cache.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';

/** git looks for an object in every store in turn: more of them at a time cost more than the processes. */
export const batchSize = 100;

/** A history longer than this is counted by a git process of its own. */
const longestShared = 16;

/** What was learned of one repository. */
export interface BatchedCommit {
  readonly commit: CommitObject;
  /** Commits reachable from HEAD; null where there are more than can be counted together with others. */
  readonly commits: number | null;
}

/**
 * Reads the last commits of many repositories of one format with a few git processes that are given all
 * their object stores, and counts those of short histories. One store could hold a forgery under the id of
 * another's commit, so an object counts only if its hash is its id; what is missing in the answer is to be
 * asked for alone. By work tree. Throws `RepositoryError`.
 */
export async function readCommitBatch(
  repositories: readonly OpenRepository[],
  context: GitContext,
): Promise<ReadonlyMap<string, BatchedCommit>> {
  const sharing = repositories.filter(canShare);
  const [first, ...others] = sharing;
  const learned = new Map<string, BatchedCommit>();
  if (first === undefined) return learned;
  const store = ({ commonDir: commonFolder }: OpenRepository): string =>
    join(commonFolder, 'objects');
  context.scratchDir.fill(
    new Map([
      ['HEAD', Buffer.from('ref: refs/heads/none\n')],
      ['config', Buffer.from(configOf(first))],
    ]),
  );
  const stores = {
    GIT_OBJECT_DIRECTORY: store(first),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: others.map(store).join(':'),
  };
  const objects = new Map<string, Buffer>();
  const read = async (ids: readonly string[]): Promise<void> => {
    const input = ids.map((id) => `${id}\n`).join('');
    const output = await runHardened(['cat-file', '--batch'], context, stores, input);
    for (const [id, object] of objectsOf(output)) {
      const hash = createHash(first.format).update(`commit ${String(object.length)}\0`);
      if (hash.update(object).digest('hex') === id) objects.set(id, object);
    }
  };
  // All that is known of each history, from HEAD back; a set goes on to what is added while it is walked.
  const histories = sharing.flatMap(({ workTree, head, shallow }) =>
    head.oid === null ? [] : [{ workTree, head: head.oid, shallow, ids: new Set([head.oid]) }],
  );
  for (let step = 0; step < longestShared; step += 1) {
    const wanted = new Set(
      histories.flatMap(({ ids }) =>
        step > 0 && ids.size > longestShared ? [] : [...ids].filter((id) => !objects.has(id)),
      ),
    );
    if (wanted.size === 0) break;
    const before = objects.size;
    await read([...wanted]);
    if (objects.size === before) break;
    for (const { ids, shallow } of histories) {
      if (shallow || ids.size > longestShared) continue;
      for (const id of ids) for (const parent of parentsOf(objects.get(id))) ids.add(parent);
    }
  }
  for (const { workTree, head, shallow, ids } of histories) {
    const object = objects.get(head);
    if (object === undefined) continue;
    const isWhole =
      !shallow && [...ids].every((id) => objects.has(id)) && ids.size <= longestShared;
    learned.set(workTree, {
      commit: parseCommit(head, object),
      commits: isWhole ? ids.size : null,
    });
  }
  return learned;
}

/** The ids on the `parent` lines at the start of a commit. */
function parentsOf(commit: Buffer | undefined): readonly string[] {
  const lines = commit?.toString('latin1', 0, 8192).split('\n') ?? [];
  const end = lines.findIndex((line, at) => at > 0 && !line.startsWith('parent '));
  return lines.slice(1, Math.max(end, 1)).map((line) => line.slice('parent '.length));
}

/** Whether a store can be told to git beside others, and holds nothing that git would wait for. */
function canShare({ commonDir: commonFolder }: OpenRepository): boolean {
  try {
    assertRegularAlternates(commonFolder);
  } catch (error) {
    if (error instanceof RepositoryError) return false;
    throw error;
  }
  return !/[:"\n]/.test(commonFolder);
}

function configOf({ format }: OpenRepository): string {
  const core = '[core]\n\tbare = true\n\tmultipackindex = false\n\trepositoryformatversion =';
  return format === 'sha1' ? `${core} 0\n` : `${core} 1\n[extensions]\n\tobjectformat = sha256\n`;
}

/** `<id> <type> <size>`, the object and a newline; for what is missing `<id> missing` (git-cat-file(1)). */
function* objectsOf(output: Buffer): Generator<readonly [id: string, object: Buffer]> {
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
