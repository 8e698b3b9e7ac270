import type { FileHandle } from 'node:fs/promises';
import { fileTooLarge, openRegularFile, toFileError } from '../../../util/fs.ts';

/** A report that cannot be parsed. The message contains the reason and, if known, the position. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

export interface ReportFile {
  /** The first 4 KiB. */
  readonly head: string;
  /** Streams the report from its start. A chunk is valid only until the next one is requested. */
  readonly chunks: () => AsyncIterable<Buffer>;
}

interface ReportLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

const headBytes = 4096;
const chunkBytes = 1024 * 1024;

/**
 * Opens a report and resolves with the result of `read`. It is streamed, so that memory does not depend on its size.
 * Links, FIFOs, devices, directories and files over the limit are refused (`FileError`), so reading never blocks.
 * Rejects with the reason of the signal when it is aborted.
 */
export async function withReportFile<Result>(
  path: string,
  limits: ReportLimits,
  read: (file: ReportFile) => Promise<Result>,
): Promise<Result> {
  const { handle } = await openRegularFile(path, limits);
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await handle.read(head, 0, headBytes, 0);
    return await read({
      head: head.toString('utf8', 0, bytesRead),
      chunks: () => streamChunks(handle, path, limits),
    });
  } catch (error) {
    throw toFileError(error, path);
  } finally {
    await handle.close();
  }
}

async function* streamChunks(
  handle: FileHandle,
  path: string,
  { maxBytes, signal }: ReportLimits,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  for (let position = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    // The file may have grown since it was opened.
    if (position > maxBytes) throw fileTooLarge(path, maxBytes);
    yield buffer.subarray(0, bytesRead);
  }
}
