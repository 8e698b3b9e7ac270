import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { count } from '../../schema/numbers.ts';
import type { Repository, RepositoryReader } from '../../git/repository.ts';
import { signatureOf } from './files-signature.ts';
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
 * is the answer: an edit that is not staged yet does not count.
 * Rejects with `RepositoryError`, or the system error, for an index that can't be read.
 */
export async function readTrackedFiles(
  repository: Repository,
  reader: RepositoryReader,
  cached: TrackedFiles | null,
): Promise<TrackedFiles> {
  const signature = indexSignature(repository);
  if (cached?.signature === signature) return cached;
  const tracked = await reader.trackedFiles(repository);
  const sizes = await reader.sizes(repository);
  const bytes = new Map<string, number>();
  for (const [index, { path }] of tracked.entries()) {
    const language = languageOf(path);
    if (language !== null) bytes.set(language, (bytes.get(language) ?? 0) + (sizes[index] ?? 0));
  }
  return { signature, count: tracked.length, languages: languagesOf(bytes) };
}

function indexSignature(repository: Repository): string {
  const index = join(repository.gitDir, 'index');
  const stats = lstatSync(index, { throwIfNoEntry: false });
  // There is none before the first `git add`.
  return signatureOf(stats === undefined ? [] : [['index', stats]]);
}
