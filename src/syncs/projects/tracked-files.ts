import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { count } from '../../schema/numbers.ts';
import type { Repository, RepositoryReader } from '../../git/repository.ts';
import { signatureOf } from './files-signature.ts';
import { languageOf, sortedLanguages } from './stack/languages.ts';

/** The tracked files of a repository as of the last change of its index. */
export const trackedFiles = z.object({
  /** Signature of the index file. */
  signature: z.string(),
  count,
  /** Bytes by language, largest first. */
  languages: z.record(z.string(), count),
});
export type TrackedFiles = z.infer<typeof trackedFiles>;

/**
 * Counts the tracked files and their bytes by language. Returns `cached` while the index file is unchanged,
 * so an edit counts only once it is staged.
 * Rejects with a `RepositoryError` or a system error if the index can't be read.
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
  return { signature, count: tracked.length, languages: sortedLanguages(bytes) };
}

function indexSignature(repository: Repository): string {
  const index = join(repository.gitDir, 'index');
  const stats = lstatSync(index, { bigint: true, throwIfNoEntry: false });
  // The index does not exist before the first `git add`.
  return signatureOf(stats === undefined ? [] : [['index', stats]]);
}
