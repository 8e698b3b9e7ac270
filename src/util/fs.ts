import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type BigIntStats,
  type Stats,
} from 'node:fs';
import { access, lstat, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './errors.ts';

/** Why a file was not read or written; the message names the file. `code` is an errno or one of ours. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: string;
  readonly path: string;
  /** What is wrong, without the path: for a message that names another file. */
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
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EIO: 'input/output error',
  EFBIG: 'the file would become too large',
  ENXIO: 'is not a regular file',
  ENOENT: 'does not exist',
  EXDEV: 'lies on another file system than the workspace',
};

/** A system error as a `FileError` that names the file and, in words, what happened. */
export function toFileError(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (error instanceof FileError || code === null) return error;
  return new FileError(code, path, `${problems[code] ?? 'failed'} (${code})`, error);
}

export interface ReadOptions {
  /** Larger files are refused before a byte is read. */
  readonly maxBytes: number;
  /** Follow a symbolic link at the path itself; only for files of the user's own making. */
  readonly followLink?: boolean;
}

/**
 * Reads a regular file, or answers null when there is none. Never hangs and never reads without bound:
 * a FIFO, device, socket, folder or link is refused (`FileError` ENXIO, EISDIR, ELOOP), as is a file
 * over the limit (EFBIG).
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
    // The size may lie (procfs) or grow meanwhile: read to the end, but never past the limit.
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

/** An open regular file. Closes itself at the end of a `using` block. */
export interface OpenFile extends Disposable {
  readonly fd: number;
  readonly stats: Stats;
}

/**
 * Opens a regular file for reading, or returns null if it does not exist. Links are not followed, and a FIFO,
 * device, socket or directory is refused (`FileError` ELOOP, ENXIO, EISDIR), as is a file of more than
 * `maxBytes` (EFBIG). Every other failure is thrown as a `FileError` too: EACCES and EMFILE do not mean that
 * the file is missing.
 */
export function openRegularFileSync(path: string, { maxBytes = Infinity } = {}): OpenFile | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw toFileError(error, path);
  }
  try {
    const stats = fstatSync(fd);
    assertRegularFile(stats, path, maxBytes);
    return {
      fd,
      stats,
      [Symbol.dispose]: () => {
        closeSync(fd);
      },
    };
  } catch (error) {
    closeSync(fd);
    throw toFileError(error, path);
  }
}

/**
 * Reads a regular file by the rules of `openRegularFileSync`. Synchronous because for thousands of small files
 * a promise per step costs ten times the read.
 */
export function readRegularFileSync(
  path: string,
  { maxBytes }: { readonly maxBytes: number },
): { readonly bytes: Buffer; readonly stats: Stats } | null {
  // Most of the optional files are missing, and creating an error takes several times as long as a stat.
  if (isMissingSync(path)) return null;
  using file = openRegularFileSync(path, { maxBytes });
  if (file === null) return null;
  try {
    // One byte more than expected, so that growth beyond the limit is noticed.
    let bytes = Buffer.allocUnsafe(file.stats.size + 1);
    let length = 0;
    for (;;) {
      const bytesRead = readSync(file.fd, bytes, length, bytes.length - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > maxBytes) throw fileTooLarge(path, maxBytes);
      if (length === bytes.length)
        bytes = Buffer.concat([bytes, Buffer.allocUnsafe(length + 4096)]);
    }
    return { bytes: bytes.subarray(0, length), stats: file.stats };
  } catch (error) {
    throw toFileError(error, path);
  }
}

function isMissingSync(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    // The attempt to open it reports the reason.
    return false;
  }
}

function assertRegularFile(stats: Stats, path: string, maxBytes: number): void {
  if (stats.isDirectory()) throw new FileError('EISDIR', path, 'is a folder, not a file');
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

/**
 * Writes a new file and forces it to the disk: exclusive create, all bytes, fsync, size check.
 * A short write (a full disk) is an error and never goes unseen. A `mode` holds whatever the umask;
 * without one it is 0644 less the umask. Throws `FileError`.
 */
export async function writeNewFile(
  path: string,
  content: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  let handle: FileHandle | undefined;
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, options.mode ?? 0o644);
    if (options.mode !== undefined) await handle.chmod(options.mode);
    for (let offset = 0; offset < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset, null);
      if (bytesWritten === 0) throw new FileError('ENOSPC', path, 'could not be written whole');
      offset += bytesWritten;
    }
    await handle.sync();
    const { size } = await handle.stat();
    if (size !== bytes.length) throw new FileError('EIO', path, 'was not written whole');
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await handle?.close();
  }
}

/** Forces renames within a folder to the disk. File systems that can't sync a folder are left alone. */
export async function fsyncDir(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY);
    await handle.sync();
  } catch (error) {
    const code = errnoOf(error);
    // EINVAL: not every file system can; EISDIR, EPERM and EACCES: Windows opens no folders.
    if (code !== 'EINVAL' && code !== 'EISDIR' && code !== 'EPERM' && code !== 'EACCES') {
      throw toFileError(error, path);
    }
  } finally {
    await handle?.close();
  }
}

/**
 * Makes a folder and the missing ones above it, each forced to the disk. Step by step: `mkdir` with
 * `recursive` says ENOENT where the disk is read-only. Throws `FileError`, ENOTDIR when a file is in the way.
 */
export async function ensureDir(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') {
      await ensureDir(dirname(path));
      return ensureDir(path);
    }
    if (errno !== 'EEXIST') throw toFileError(error, path);
    if ((await stat(path)).isDirectory()) return;
    throw new FileError('ENOTDIR', path, 'is not a folder');
  }
  await fsyncDir(dirname(path));
}

/** Whether there is something at a path, as far as this user can see. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Replaces a file atomically: readers see the old content or the new one, and so does a crash. The new file is
 * written beside it, forced to the disk and renamed. Only one process at a time may replace a path: the name of
 * the temporary file is fixed, so that a crash leaves one behind at most. Throws `FileError`.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const dir = dirname(path);
  const temporary = join(dir, `.${basename(path)}.new`);
  try {
    await rm(temporary, { force: true });
    await writeNewFile(temporary, content, options);
    await rename(temporary, path);
    await fsyncDir(dir);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (!(error instanceof FileError)) throw toFileError(error, path);
    throw new FileError(error.code, path, error.problem, error);
  }
}

/**
 * Returns a key that differs when a file was replaced or changed: device, inode, size and the nanoseconds of the
 * last change of its content and of its inode.
 */
export const statKey = (stats: BigIntStats): string =>
  `${contentKey(stats)} ${String(stats.ctimeNs)}`;

/** The same without the change time of the inode, which a rename sets: the key of a staged file holds after it. */
export const contentKey = ({ dev, ino, size, mtimeNs }: BigIntStats): string =>
  `${String(dev)} ${String(ino)} ${String(size)} ${String(mtimeNs)}`;

/** Returns the `contentKey` of the file at a path; null when there is none. Throws `FileError`. */
export async function contentKeyAt(path: string): Promise<string | null> {
  try {
    return contentKey(await lstat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw toFileError(error, path);
  }
}
