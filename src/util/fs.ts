import { constants, type BigIntStats, type Stats } from 'node:fs';
import { access, lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { errnoOf, isNotFound, UserError } from './errors.ts';

/** Why a file was not read or written. `code` is an errno. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: string;
  readonly path: string;
  /** The message without the path. */
  readonly problem: string;

  constructor(code: string, path: string, problem: string, cause?: unknown) {
    super(`${path}: ${problem}`, { cause });
    this.code = code;
    this.path = path;
    this.problem = problem;
  }
}

const problems: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  ELOOP: 'is a symbolic link',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EIO: 'input/output error',
  EFBIG: 'the file would become too large',
  ENXIO: 'is not a regular file',
  ENOENT: 'does not exist',
  UNKNOWN: 'is not available, such as a file that is only in the cloud or an unreachable share',
  EXDEV: 'is on another file system than the workspace',
};

/** Returns a system error as a `FileError` with the path and a message in words; other errors unchanged. */
export function toFileError(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (error instanceof FileError || code === null) return error;
  return new FileError(code, path, `${problems[code] ?? 'failed'} (${code})`, error);
}

/** Returns a `FileError` as a `UserError` with code `io`; other errors unchanged. */
export const toIoError = (error: unknown): unknown =>
  error instanceof FileError ? new UserError('io', error.message, { cause: error }) : error;

export interface ReadOptions {
  /** Larger files are rejected before they are read. */
  readonly maxBytes: number;
  /** Whether to follow a symbolic link at the path; only for files that the user creates. */
  readonly followLink?: boolean;
}

/**
 * Returns the content of a regular file, null if it does not exist. Never hangs and never reads without limit:
 * throws a `FileError` for a FIFO, device or socket (ENXIO), a directory (EISDIR), a link (ELOOP) and a file larger
 * than `maxBytes` (EFBIG).
 */
export async function readRegularFile(
  path: string,
  options: ReadOptions,
): Promise<{ readonly bytes: Buffer; readonly stats: Stats } | null> {
  let handle: FileHandle | undefined;
  try {
    const file = await openRegularFile(path, options);
    handle = file.handle;
    const { stats } = file;
    // The size may be wrong (procfs) or grow: read to the end, but never beyond the limit.
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.max(4096, stats.size - total + 1));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      total += bytesRead;
      if (total > options.maxBytes) throw fileTooLarge(path, options.maxBytes);
      chunks.push(chunk.subarray(0, bytesRead));
    }
    return { bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), stats };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw toFileError(error, path);
  } finally {
    await handle?.close();
  }
}

/**
 * Opens a regular file for reading by the rules of `readRegularFile`; the caller closes the handle. A missing file
 * is a `FileError` too (ENOENT).
 */
export async function openRegularFile(
  path: string,
  options: ReadOptions,
): Promise<{ readonly handle: FileHandle; readonly stats: Stats }> {
  const noFollow = options.followLink === true ? 0 : constants.O_NOFOLLOW;
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
    const stats = await handle.stat();
    assertRegularFile(stats, path, options.maxBytes);
    return { handle, stats };
  } catch (error) {
    await handle?.close();
    throw toFileError(error, path);
  }
}

export function assertRegularFile(stats: Stats, path: string, maxBytes: number): void {
  if (stats.isDirectory()) throw new FileError('EISDIR', path, 'is a directory, not a file');
  if (!stats.isFile()) throw new FileError('ENXIO', path, 'is not a regular file');
  if (stats.size > maxBytes) throw fileTooLarge(path, maxBytes);
}

export function fileTooLarge(path: string, maxBytes: number): FileError {
  const mebibytes = maxBytes / 2 ** 20;
  const limit = Number.isInteger(mebibytes)
    ? `${String(mebibytes)} MiB`
    : `${String(maxBytes)} bytes`;
  return new FileError('EFBIG', path, `is larger than ${limit}`);
}

/** Whether the path exists, links followed. Throws `FileError` if that is unknown, for example EACCES. */
export const exists = async (path: string): Promise<boolean> =>
  (await ifExists(path, (one) => access(one))) !== null;

/** Whether the path is a directory, or a link to one; false if it does not exist. Throws `FileError`. */
export const isDirectory = async (path: string): Promise<boolean> =>
  (await ifExists(path, (one) => stat(one)))?.isDirectory() === true;

/** Returns what `read` returns, null if the path does not exist. Throws `FileError` for every other failure. */
export async function ifExists<Value>(
  path: string,
  read: (path: string) => Promise<Value>,
): Promise<Value | null> {
  try {
    return await read(path);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw toFileError(error, path);
  }
}

/**
 * Returns a key that differs when a file was replaced or changed: device, inode, size, and the nanoseconds of
 * mtime and ctime.
 */
export const statKey = (stats: BigIntStats): string =>
  `${contentKey(stats)} ${String(stats.ctimeNs)}`;

/** `statKey` without the ctime, which a rename changes: a staged file has the same key after its commit. */
export const contentKey = ({ dev, ino, size, mtimeNs }: BigIntStats): string =>
  `${String(dev)} ${String(ino)} ${String(size)} ${String(mtimeNs)}`;

/** Returns the `contentKey` of a path, null if it does not exist. Throws `FileError`. */
export async function contentKeyAt(path: string): Promise<string | null> {
  const stats = await ifExists(path, (one) => lstat(one, { bigint: true }));
  return stats === null ? null : contentKey(stats);
}
