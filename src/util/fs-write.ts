import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { errnoOf, UserError } from './errors.ts';
import { FileError, ifExists, toFileError } from './fs.ts';
import { withRetry } from './retry.ts';

/** Text and bytes, which may be in parts, so that a large file is not in memory at once. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array>;

/**
 * Creates a file and forces it to the disk. The size is checked afterwards, so that a short write on a full disk is
 * always an error. `mode` ignores the umask; without it the mode is 0644 less the umask. Throws `FileError`, with
 * code `EEXIST` if the path exists.
 */
export async function writeNewFile(
  path: string,
  content: FileContent,
  options: { readonly mode?: number } = {},
): Promise<void> {
  let length = 0;
  let handle: FileHandle | undefined;
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, options.mode ?? 0o644);
    if (options.mode !== undefined) await handle.chmod(options.mode).catch(ignoreUnsupported);
    for (const bytes of chunksOf(content)) {
      for (let offset = 0; offset < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset, null);
        if (bytesWritten === 0)
          throw new FileError('ENOSPC', path, 'could not be written completely');
        offset += bytesWritten;
      }
      length += bytes.length;
    }
    await handle.sync();
    const { size } = await handle.stat();
    if (size !== length) throw new FileError('EIO', path, 'was not written completely');
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await handle?.close();
  }
}

const chunkLength = 1024 * 1024;

/** Returns short parts of a text together. */
function* chunksOf(content: FileContent): Generator<Uint8Array> {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    if (text.length > chunkLength || typeof part !== 'string') {
      yield Buffer.from(text);
      text = '';
    }
    if (typeof part !== 'string') yield part;
  }
  yield Buffer.from(text);
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
    const stats = await ifExists(path, (one) => stat(one));
    if (stats?.isDirectory() === true) return;
    throw stats === null
      ? new FileError('ENOENT', path, 'is a link to a missing directory')
      : new FileError('ENOTDIR', path, 'is not a directory');
  }
  await fsyncDir(dirname(path));
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
  content: FileContent,
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
