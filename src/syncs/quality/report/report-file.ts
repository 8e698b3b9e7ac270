import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { FileError, toFileError } from '../../../util/fs.ts';

/** A report that can't be understood; the message says what and, where it can, at which place. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** An open report: its beginning, and its bytes from the beginning on. */
export interface ReportFile {
  readonly stats: Stats;
  /** The first 4 KiB. */
  readonly head: string;
  /** Every chunk is valid only until the next one is asked for. */
  readonly chunks: () => AsyncIterable<Buffer>;
}

const headBytes = 4096;
const chunkBytes = 1024 * 1024;

/**
 * Opens a report and streams it, so that memory stays flat whatever its size. Never hangs and never
 * reads without bound: links, FIFOs, devices and folders are refused (`FileError`), and so is a file
 * over the limit. Rejects with the reason of the signal when it is aborted.
 */
export async function withReportFile<Result>(
  path: string,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
  read: (file: ReportFile) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
    handle = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new FileError('EISDIR', path, 'is a folder, not a file');
    if (!stats.isFile()) throw new FileError('ENXIO', path, 'is not a regular file');
    if (stats.size > options.maxBytes) throw tooLarge(path, options.maxBytes);
    const opened = handle;
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await opened.read(head, 0, headBytes, 0);
    return await read({
      stats,
      head: head.toString('utf8', 0, bytesRead),
      chunks: () => streamChunks(opened, path, options),
    });
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await handle?.close();
  }
}

async function* streamChunks(
  handle: FileHandle,
  path: string,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  for (let position = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    // It may have grown since it was opened.
    if (position > maxBytes) throw tooLarge(path, maxBytes);
    yield buffer.subarray(0, bytesRead);
  }
}

const tooLarge = (path: string, maxBytes: number): FileError =>
  new FileError('EFBIG', path, `is larger than ${String(Math.floor(maxBytes / 2 ** 20))} MiB`);
