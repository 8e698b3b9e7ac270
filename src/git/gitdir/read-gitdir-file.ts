import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMachineProblem, isNotFound } from '../../util/errors.ts';
import { FileError, toFileError } from '../../util/fs.ts';
import { readRegularFileSync } from '../../util/fs-sync.ts';
import { RepositoryError } from '../repository.ts';
import { trackLink, trackRead, trackType } from './tracked-reads.ts';

const defaultMaxBytes = 16 * 1024 * 1024;

/**
 * Reads a file of a git directory; null when it is missing. Throws `RepositoryError` for a link, a FIFO, a
 * directory, a file over the limit and a file that can't be read.
 */
export function readGitDirFile(path: string, maxBytes = defaultMaxBytes): Buffer | null {
  trackRead(path);
  try {
    return readRegularFileSync(path, { maxBytes })?.bytes ?? null;
  } catch (error) {
    throw toRepositoryError(error, path);
  }
}

interface OwnedFileOptions {
  /** The uids that may own the file; null: not checked, on Windows. */
  readonly owners: readonly number[] | null;
  readonly maxBytes?: number;
}

/**
 * Reads a file that may be a link or in a linked directory, as shared ignore lists and configurations are; then see
 * `readOwnedFile`.
 */
export function readLinkedFile(path: string, options: OwnedFileOptions): Buffer | null {
  trackRead(path);
  trackType(dirname(path));
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const isLinked = stats.isSymbolicLink() || lstatSync(dirname(path)).isSymbolicLink();
    return isLinked ? readOwnedFile(path, options) : readGitDirFile(path, options.maxBytes);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw toRepositoryError(error, path);
  }
}

/**
 * Reads a file that a repository names. It or the target of its link has to be a regular file that one of `owners` owns. Null
 * when it is missing. Throws `RepositoryError`.
 */
export function readOwnedFile(
  path: string,
  { owners, maxBytes = defaultMaxBytes }: OwnedFileOptions,
): Buffer | null {
  trackRead(path);
  try {
    const real = realpathSync.native(path);
    if (real !== path) trackLink();
    const file = readRegularFileSync(real, { maxBytes });
    if (file === null || (owners?.includes(file.stats.uid) ?? true)) return file?.bytes ?? null;
    const message = `${path} belongs to another user and is not read`;
    throw new RepositoryError('dubious-ownership', 'untrusted', message);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw toRepositoryError(error, path);
  }
}

/** Reads a file of a git directory as text; invalid UTF-8 becomes replacement characters. */
export const readGitDirText = (path: string): string | null =>
  readGitDirFile(path)?.toString('utf8') ?? null;

/** Returns a system error as a `RepositoryError`, and errors of the machine, such as EMFILE, unchanged. */
export function toRepositoryError(error: unknown, path: string): unknown {
  if (error instanceof RepositoryError) return error;
  const fileError = toFileError(error, path);
  if (!(fileError instanceof FileError) || isMachineProblem(fileError)) return fileError;
  return new RepositoryError(
    fileError.code.toLowerCase(),
    'unreadable',
    fileError.message,
    fileError,
  );
}
