import type { FileHandle } from 'node:fs/promises';
import { fileTooLarge, openRegularFile, toFileError } from '../../../util/fs.ts';
import { decodeText } from './decode-text.ts';
import { decompress } from './decompress.ts';

export { ReportError } from './report-error.ts';

export interface ReportFile {
  /** Streams the text from its start as UTF-8. A chunk is valid only until the next one is requested. */
  readonly chunks: () => AsyncIterable<Buffer>;
}

interface ReportLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

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
    return await read({
      chunks: () =>
        decodeText(decompress(streamChunks(handle, path, limits), path, limits.maxBytes)),
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
