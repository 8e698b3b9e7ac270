import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import { errnoOf, isMachineProblem, isNotFound } from './errors.ts';
import { assertRegularFile, fileTooLarge, toFileError } from './fs.ts';

/** The stats of a file, links not followed; null when it is missing. */
export type FileState = Stats | null | 'unreadable';

/** Stats a file. Throws only errors of the machine, such as ENOMEM. */
export function lstatState(path: string): FileState {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOTDIR') return null;
    if (code === null || isMachineProblem(error)) throw error;
    return 'unreadable';
  }
}

/** Like `lstatState`, but treats an unreadable file as missing. */
export function lstatOrNull(path: string): Stats | null {
  const state = lstatState(path);
  return state === 'unreadable' ? null : state;
}

/**
 * Whether a file may change again without a change of its stats: it was changed so shortly before `sinceMs`
 * that the clock of its file system may not have ticked since (racy-git(7)). Based on ctime, which no program
 * can set. Clocks with a subsecond resolution tick every 10 ms at the slowest, others every 2 s.
 */
export const isRacy = ({ ctimeMs }: Pick<Stats, 'ctimeMs'>, sinceMs: number): boolean =>
  ctimeMs > sinceMs - (ctimeMs % 1000 === 0 ? 2100 : 100);

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
    if (isNotFound(error)) return null;
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
      // One read ends at the end of a regular file. The size of those in procfs is 0.
      if (length === file.stats.size) break;
      if (length === bytes.length)
        bytes = Buffer.concat([bytes, Buffer.allocUnsafe(length + 4096)]);
    }
    return { bytes: bytes.subarray(0, length), stats: file.stats };
  } catch (error) {
    throw toFileError(error, path);
  }
}

/**
 * Reads a regular file by the rules of `openRegularFileSync` into the start of a buffer, which is several times faster
 * than a new buffer for each of thousands of files. `length` is null if the file is larger than the buffer.
 */
export function readIntoSync(
  path: string,
  buffer: Buffer,
): { readonly stats: Stats; readonly length: number | null } | null {
  let fd = -1;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stats = fstatSync(fd);
    assertRegularFile(stats, path, Infinity);
    if (stats.size > buffer.length) return { stats, length: null };
    let length = 0;
    while (length < stats.size) {
      const bytesRead = readSync(fd, buffer, length, stats.size - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return { stats, length };
  } catch (error) {
    if (fd < 0 && isNotFound(error)) return null;
    throw toFileError(error, path);
  } finally {
    if (fd >= 0) closeSync(fd);
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
