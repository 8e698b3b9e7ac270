import { isMachineProblem } from '../../util/errors.ts';
import { FileError, toFileError } from '../../util/fs.ts';
import { readRegularFileSync } from '../../util/fs-sync.ts';
import { RepositoryError } from '../repository.ts';

const defaultMaxBytes = 16 * 1024 * 1024;

/**
 * Reads a file of a git directory; null when it is missing. Throws `RepositoryError` for a link, a FIFO, a
 * directory, a file over the limit and a file that can't be read.
 */
export function readGitDirFile(path: string, maxBytes = defaultMaxBytes): Buffer | null {
  try {
    return readRegularFileSync(path, { maxBytes })?.bytes ?? null;
  } catch (error) {
    throw toRepositoryError(error, path);
  }
}

/** The same as text; invalid UTF-8 becomes replacement characters. */
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
