import { lstatSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Repository, RepositoryReader } from '../../git/repository.ts';
import { openRegularFileSync, readRegularFileSync } from '../../util/fs-sync.ts';
import { errnoOf, isMachineProblem } from '../../util/errors.ts';
import { signatureOf } from './files-signature.ts';
import {
  listAttributesFiles,
  maxAttributesBytes,
  readAttributes,
} from '../../linguist/linguist-attributes.ts';

/** The tracked files of a repository as of the last change of its index. */
export interface TrackedFiles {
  /** Signature of the index file and of `inputs`. */
  readonly signature: string;
  /** Tracked files whose content was read: `.gitattributes`, and scripts without an extension. */
  readonly inputs: readonly string[];
  readonly count: number;
  /** Bytes by language, largest first; null if there are too many rules about them. */
  readonly languages: Record<string, number> | null;
}

/** A bound for repositories that contain nothing else. */
const maxScripts = 100;
const shebangBytes = 256;

/**
 * Counts the tracked files and their bytes by language. Returns `cached` while the index file and the inputs are
 * unchanged, so an edit of another file counts only once it is staged.
 * Rejects with a `RepositoryError` or a system error if the index can't be read.
 */
export async function readTrackedFiles(
  repository: Repository,
  reader: RepositoryReader,
  cached: TrackedFiles | null,
): Promise<TrackedFiles> {
  if (cached !== null && cached.signature === signatureFor(repository, cached.inputs))
    return cached;
  const { countLanguages, needsShebang } = await import('./stack/languages.ts');
  const tracked = await reader.trackedFiles(repository);
  const sizes = await reader.sizes(repository);
  const paths = tracked.map(({ path }) => path);
  const attributesFiles = listAttributesFiles(paths);
  const scripts = paths.filter(needsShebang).slice(0, maxScripts);
  const inputs = [...attributesFiles, ...scripts];
  // Before the files are read: a change while they are read is then detected by the next run.
  const signature = signatureFor(repository, inputs);
  const attributes = readAttributes(attributesFiles, (path) =>
    readText(join(repository.workTree, path)),
  );
  const readable = new Set(scripts);
  const files = paths.map((path, index) => ({ path, size: sizes[index] ?? 0 }));
  return {
    signature,
    inputs,
    count: tracked.length,
    languages:
      attributes === null
        ? null
        : countLanguages(files, attributes.attributesOf, (path) =>
            readable.has(path) ? readStart(join(repository.workTree, path)) : null,
          ),
  };
}

/** The files are untrusted: links are not followed, and FIFOs and large files are not read. */
function readText(path: string): string {
  return unlessUnreadable(
    () => readRegularFileSync(path, { maxBytes: maxAttributesBytes })?.bytes.toString() ?? '',
    '',
  );
}

function readStart(path: string): string {
  return unlessUnreadable(() => {
    using file = openRegularFileSync(path);
    if (file === null) return '';
    const start = Buffer.alloc(shebangBytes);
    return start.toString('latin1', 0, readSync(file.fd, start, 0, shebangBytes, 0));
  }, '');
}

function unlessUnreadable<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return otherwise;
  }
}

function signatureFor({ gitDir, workTree }: Repository, inputs: readonly string[]): string {
  // The index does not exist before the first `git add`.
  const files: [string, Stats | null][] = [['index', statOrNull(join(gitDir, 'index'))]];
  for (const path of inputs) {
    files.push([path, unlessUnreadable(() => statOrNull(join(workTree, path)), null)]);
  }
  return signatureOf(files.flatMap(([path, stats]) => (stats === null ? [] : [[path, stats]])));
}

const statOrNull = (path: string): Stats | null =>
  lstatSync(path, { throwIfNoEntry: false }) ?? null;
