import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import { FileError, toFileError } from '../util/fs.ts';
import { RepositoryError } from './repository.ts';

const defaultMaxBytes = 16 * 1024 * 1024;

/**
 * Reads a regular file of a git folder; null when there is none. The rules of `readRegularFile`, but
 * synchronous: the files are tiny, and a promise for each step costs ten times the read.
 * Throws `RepositoryError` for a link, a FIFO, a folder, a file over the limit.
 */
export function readBytes(path: string, maxBytes = defaultMaxBytes): Buffer | null {
  let descriptor: number | null = null;
  try {
    // Most are not there, and an error takes several times as long to make.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw new FileError('EISDIR', path, 'is a folder');
    if (!stats.isFile()) throw new FileError('ENXIO', path, 'is not a regular file');
    if (stats.size > maxBytes) {
      throw new FileError('EFBIG', path, `is larger than ${String(maxBytes)} bytes`);
    }
    const bytes = Buffer.allocUnsafe(stats.size);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, null);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } catch (error) {
    const code = errnoOf(error);
    // ENOTDIR: a file has the place of a folder above it.
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw fileProblem(error, path);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** The same as text; bytes that are not UTF-8 become replacement characters. */
export function readText(path: string): string | null {
  return readBytes(path)?.toString('utf8') ?? null;
}

/** What is wrong with a file of a repository is wrong with the repository; all else stays what it is. */
export function fileProblem(error: unknown, path: string): unknown {
  if (error instanceof RepositoryError) return error;
  const problem = toFileError(error, path);
  if (!(problem instanceof FileError) || isMachineProblem(problem)) return problem;
  return new RepositoryError(problem.code.toLowerCase(), 'unreadable', problem.message, problem);
}
