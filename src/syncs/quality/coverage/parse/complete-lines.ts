import { ReportError } from '../../report/report-file.ts';

const maxLineBytes = 1024 * 1024;
const newlineByte = 0x0a;

/**
 * Yields a stream in pieces that end with a newline, so that no line is split. The last line gets a newline if
 * it has none. A piece is valid only until the next one is requested. Throws `ReportError` for a line of more
 * than 1 MiB.
 */
export async function* completeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of chunks) {
    // One byte more, for the newline that the last line may lack.
    pending = reserve(pending, length + chunk.length + 1);
    chunk.copy(pending, length);
    const newline = chunk.lastIndexOf(newlineByte);
    const end = newline < 0 ? 0 : length + newline + 1;
    length += chunk.length;
    if (end > 0) yield pending.subarray(0, end);
    pending.copyWithin(0, end, length);
    length -= end;
    if (length > maxLineBytes) throw new ReportError('has a line of more than 1 MiB');
  }
  if (length === 0) return;
  pending[length] = newlineByte;
  yield pending.subarray(0, length + 1);
}

function reserve(buffer: Buffer<ArrayBuffer>, length: number): Buffer<ArrayBuffer> {
  if (length <= buffer.length) return buffer;
  const grown = Buffer.alloc(length * 2);
  buffer.copy(grown);
  return grown;
}
