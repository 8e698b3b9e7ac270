import type { Warning } from '../../../../schema/status.ts';
import { FileError, toFileError } from '../../../../util/fs.ts';
import { printable } from './text.ts';

/**
 * Why something could not be read, as a warning; null when it has vanished since it was listed. Throws on
 * what is no matter of this one file: too many open files, and whatever is not of the file system.
 */
export function problemOf(error: unknown, path: string): Warning | null {
  const isOfSystem = error instanceof Error && 'syscall' in error;
  const failure = isOfSystem ? toFileError(error, path) : error;
  if (!(failure instanceof FileError)) throw error;
  if (failure.code === 'EMFILE' || failure.code === 'ENFILE') throw failure;
  if (failure.code === 'ENOENT') return null;
  return { code: failure.code, subject: printable(path), message: failure.problem };
}
