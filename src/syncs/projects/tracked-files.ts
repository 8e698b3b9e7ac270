import { lstatSync, type Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod/mini';
import { count } from '../../contract/numbers.ts';
import { errnoOf } from '../../errors.ts';
import type { Repository, RepositoryReader } from '../../repository/repository.ts';
import { signatureOf } from './signature.ts';
import { languageOf, languagesOf } from './stack/languages.ts';

/** What the tracked files of a repository told when its index last changed. */
export const trackedFiles = z.object({
  /** The state of the index file that this belongs to. */
  signature: z.string(),
  count,
  /** Bytes by language, largest first. */
  languages: z.record(z.string(), count),
});
export type TrackedFiles = z.infer<typeof trackedFiles>;

/**
 * Counts the tracked files and their bytes by language. As long as the index file stays the same, `cached`
 * is the answer and no file is looked at: an edit that is not staged yet does not count.
 * Rejects with `RepositoryError`, or the system error, for an index that can't be read.
 */
export async function readTrackedFiles(
  repository: Repository,
  reader: RepositoryReader,
  cached: TrackedFiles | null,
  signal: AbortSignal,
): Promise<TrackedFiles> {
  const signature = await indexSignature(repository);
  if (cached?.signature === signature) return cached;
  const tracked = await reader.trackedFiles(repository);
  const bytes = new Map<string, number>();
  const isInside = insideTest(repository.workTree);
  for (const [index, { path }] of tracked.entries()) {
    if (index % 500 === 499) {
      await setImmediate();
      signal.throwIfAborted();
    }
    const language = languageOf(path);
    if (language === null || !isInside(path)) continue;
    // Synchronous: one call is a few microseconds, a promise for each would cost ten times that.
    const stats = statOf(join(repository.workTree, path));
    if (stats?.isFile()) bytes.set(language, (bytes.get(language) ?? 0) + stats.size);
  }
  return { signature, count: tracked.length, languages: languagesOf(bytes) };
}

async function indexSignature(repository: Repository): Promise<string> {
  const index = join(repository.gitFolder, 'index');
  try {
    return signatureOf([['index', await lstat(index, { bigint: true })]]);
  } catch (error) {
    // There is none before the first `git add`.
    if (errnoOf(error) === 'ENOENT') return signatureOf([]);
    throw error;
  }
}

/** Whether no folder on the way to a path is a link, which could lead out of the work tree. */
function insideTest(workTree: string): (path: string) => boolean {
  const known = new Map<string, boolean>([['', true]]);
  const isFolder = (folder: string): boolean => {
    let answer = known.get(folder);
    if (answer === undefined) {
      answer = isFolder(parentOf(folder)) && statOf(join(workTree, folder))?.isDirectory() === true;
      known.set(folder, answer);
    }
    return answer;
  };
  return (path) => isFolder(parentOf(path));
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Null for what was removed, or can't be looked at: its size is then not counted. */
function statOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
