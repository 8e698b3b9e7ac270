import { isMachineProblem } from '../../util/errors.ts';
import { FileError, readRegularFileSync, toFileError } from '../../util/fs.ts';
import { RepositoryError } from '../repository.ts';

const defaultMaxBytes = 16 * 1024 * 1024;

/**
 * Reads a regular file of a git folder; null when there is none. The rules of `readRegularFile`, but
 * synchronous: the files are tiny, and a promise for each step costs ten times the read.
 * Throws `RepositoryError` for a link, a FIFO, a folder, a file over the limit.
 */
export function readGitDirFile(path: string, maxBytes = defaultMaxBytes): Buffer | null {
  try {
    return readRegularFileSync(path, { maxBytes })?.bytes ?? null;
  } catch (error) {
    throw toRepositoryError(error, path);
  }
}

/** The same as text; bytes that are not UTF-8 become replacement characters. */
export function readGitDirText(path: string): string | null {
  return readGitDirFile(path)?.toString('utf8') ?? null;
}

/** What is wrong with a file of a repository is wrong with the repository; all else stays what it is. */
export function toRepositoryError(error: unknown, path: string): unknown {
  if (error instanceof RepositoryError) return error;
  const problem = toFileError(error, path);
  if (!(problem instanceof FileError) || isMachineProblem(problem)) return problem;
  return new RepositoryError(problem.code.toLowerCase(), 'unreadable', problem.message, problem);
}
