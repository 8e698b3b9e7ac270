import { constants, type BigIntStats, type Stats } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  rename,
  rm,
  stat,
  statfs,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { errnoOf, isNotFound, UserError } from './errors.ts';
import { withRetry } from './retry.ts';

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

/**
 * Creates a file and forces it to the disk. The size is checked afterwards, so that a short write on a full disk is
 * always an error. `mode` ignores the umask; without it the mode is 0644 less the umask. Throws `FileError`, with
 * code `EEXIST` if the path exists.
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
    if (options.mode !== undefined) await handle.chmod(options.mode).catch(ignoreUnsupported);
    for (let offset = 0; offset < bytes.length;) {
      const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset, null);
      if (bytesWritten === 0)
        throw new FileError('ENOSPC', path, 'could not be written completely');
      offset += bytesWritten;
    }
    await handle.sync();
    const { size } = await handle.stat();
    if (size !== bytes.length) throw new FileError('EIO', path, 'was not written completely');
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await handle?.close();
  }
}

const unsupportedCodes: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
]);

/**
 * Rethrows an error unless it means that the file system lacks the operation: FUSE, SMB, exFAT and the Windows
 * drives of WSL refuse `chmod`, hard links and flushing a directory in different ways.
 */
export function ignoreUnsupported(error: unknown): void {
  if (!unsupportedCodes.has(errnoOf(error) ?? '')) throw error;
}

/** Forces renames within a directory to the disk, where the file system supports that. Throws `FileError`. */
export async function fsyncDir(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY);
    await handle.sync();
  } catch (error) {
    const code = errnoOf(error);
    // EINVAL: not supported; EISDIR, EPERM and EACCES: Windows can't open directories.
    if (code !== 'EINVAL' && code !== 'EISDIR' && code !== 'EPERM' && code !== 'EACCES') {
      throw toFileError(error, path);
    }
  } finally {
    await handle?.close();
  }
}

/**
 * Creates a directory and its missing parents, each forced to the disk. Not with `recursive`, which fails with ENOENT
 * on a read-only disk and never ends below `/proc`. Throws `FileError`, with code `ENOTDIR` if a parent is a file, and
 * `UserError` `usage` below `/proc` and `/sys`.
 */
export async function ensureDir(path: string): Promise<void> {
  try {
    try {
      await mkdir(path);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
      await ensureDir(dirname(path));
      await mkdir(path);
    }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') {
      await assertRealFileSystem(dirname(path));
      throw toFileError(error, path);
    }
    if (await isDirectory(path)) return;
    throw new FileError('ENOTDIR', path, 'is not a directory');
  }
  await fsyncDir(dirname(path));
}

/** Whether an existing path is a directory, or a link to one. */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw toFileError(error, path);
    throw new FileError('ENOENT', path, 'is a link to a missing directory', error);
  }
}

/** Types of file systems of the kernel (`statfs`, Linux): proc, sysfs and cgroup2. */
const kernelFileSystems: readonly number[] = [0x9fa0, 0x62656572, 0x63677270];

/** Throws `UserError` `usage` if a directory is part of the kernel's interface, where no files can be created. */
async function assertRealFileSystem(dir: string): Promise<void> {
  // The caller reports why the directory can't be used.
  const type = await statfs(dir).then(
    (stats) => stats.type,
    () => null,
  );
  if (type === null || !kernelFileSystems.includes(type)) return;
  throw new UserError('usage', `${dir}: belongs to the kernel; no directory can be created in it`, {
    hint: 'choose a directory on a disk',
  });
}

/** Whether the path exists, links followed. Throws `FileError` if that is unknown, for example EACCES. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw toFileError(error, path);
  }
}

const openElsewhere: readonly string[] = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * Renames a file, replacing the target. Windows refuses that while another program has the target open, as editors,
 * virus scanners and indexers do for a moment, so it is tried for about a second there. Throws `FileError`.
 */
export async function renameFile(from: string, to: string): Promise<void> {
  const isWindows = sep === '\\';
  const isOpenElsewhere = (error: unknown): boolean =>
    isWindows && openElsewhere.includes(errnoOf(error) ?? '');
  try {
    await withRetry(() => rename(from, to), {
      attempts: 8,
      delayMs: (attempt) => 5 * 2 ** attempt,
      isRetryable: isOpenElsewhere,
    });
  } catch (error) {
    const code = errnoOf(error);
    if (code === null || !isOpenElsewhere(error)) throw toFileError(error, to);
    const problem = `can't be replaced (${code}): another program has it open, or it is write-protected`;
    throw new FileError(code, to, problem, error);
  }
}

/**
 * Replaces a file atomically: readers see the old content or the new one, also after a crash. The new file is
 * written to the same directory, forced to the disk and renamed. Its temporary name is fixed, so a crash leaves at
 * most one behind, and only one process at a time may replace a path. Throws `FileError`.
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
    await renameFile(temporary, path);
    await fsyncDir(dir);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (!(error instanceof FileError)) throw toFileError(error, path);
    throw new FileError(error.code, path, error.problem, error);
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
  try {
    return contentKey(await lstat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw toFileError(error, path);
  }
}
