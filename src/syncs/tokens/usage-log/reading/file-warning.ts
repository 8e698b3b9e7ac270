import { diagnostic, type Diagnostic } from '../../../../util/diagnostic.ts';
import { FileError, toFileError } from '../../../../util/fs.ts';
import { sanitizePath } from '../../../../util/text.ts';
import { isMachineProblem } from '../../../../util/errors.ts';

/**
 * Returns the warning for a file or directory that can't be read, or null if it no longer exists. Rethrows errors
 * that do not concern a single file: errors of the machine, such as EMFILE, and bugs.
 */
export function toFileWarning(error: unknown, path: string): Diagnostic | null {
  const isSystemError = error instanceof Error && 'syscall' in error;
  const failure = isSystemError ? toFileError(error, path) : error;
  if (!(failure instanceof FileError) || isMachineProblem(failure)) throw failure;
  if (failure.code === 'ENOENT') return null;
  const subject = sanitizePath(path, 4096);
  return diagnostic('log-unreadable', { subject, message: failure.problem });
}
