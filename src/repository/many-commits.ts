import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseCommit } from './commit.ts';
import { refuseOddAlternates, runHardened, type GitContext } from './git.ts';
import type { KnownCommit } from './memory.ts';
import type { OpenRepository } from './open.ts';
import { RepositoryError } from './repository.ts';

/** git looks for an object in every store in turn: more of them at a time cost more than the processes. */
export const storesAtATime = 100;

/**
 * Reads the commits at HEAD of many repositories of one format with a single git process that is given all
 * their object stores. One store could hold a forgery under the id of another's commit, so an object counts
 * only if its hash is its id; what is missing in the answer is to be asked for alone.
 * Throws `RepositoryError`.
 */
export async function readManyCommits(
  repositories: readonly OpenRepository[],
  context: GitContext,
): Promise<ReadonlyMap<string, KnownCommit>> {
  const commits = new Map<string, KnownCommit>();
  const [first, ...others] = repositories.filter(canShare);
  if (first === undefined) return commits;
  const store = ({ commonFolder }: OpenRepository): string => join(commonFolder, 'objects');
  context.folder.fill(
    new Map([
      ['HEAD', Buffer.from('ref: refs/heads/none\n')],
      ['config', Buffer.from(configOf(first))],
    ]),
  );
  const ids = new Set([first, ...others].flatMap(({ head }) => head.oid ?? []));
  const output = await runHardened(
    ['cat-file', '--batch'],
    context,
    {
      GIT_OBJECT_DIRECTORY: store(first),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: others.map(store).join(':'),
    },
    [...ids].map((id) => `${id}\n`).join(''),
  );
  for (const [id, object] of objectsOf(output)) {
    const hash = createHash(first.format).update(`commit ${String(object.length)}\0`);
    if (hash.update(object).digest('hex') === id) commits.set(id, parseCommit(id, object));
  }
  return commits;
}

/** Whether a store can be told to git beside others, and holds nothing that git would wait for. */
function canShare({ commonFolder }: OpenRepository): boolean {
  try {
    refuseOddAlternates(commonFolder);
  } catch (error) {
    if (error instanceof RepositoryError) return false;
    throw error;
  }
  return !/[:"\n]/.test(commonFolder);
}

const configOf = ({ format }: OpenRepository): string =>
  format === 'sha1'
    ? '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tmultipackindex = false\n'
    : '[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tmultipackindex = false\n[extensions]\n\tobjectformat = sha256\n';

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
