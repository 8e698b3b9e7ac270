import { ReportError } from '../../report/report-file.ts';

const maxLineBytes = 1024 * 1024;
const newlineByte = 0x0a;

/**
 * Cuts a stream after its last newline, so that no line is torn between two pieces; the end of the
 * stream ends the last line. Every piece ends with a newline, and is valid only until the next one is asked
 * for. Throws `ReportError` for a line of more than 1 MiB.
 */
export async function* completeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of chunks) {
    // And a byte for the newline that the last line may lack.
    held = withRoom(held, length + chunk.length + 1);
    chunk.copy(held, length);
    const newline = chunk.lastIndexOf(newlineByte);
    const end = newline < 0 ? 0 : length + newline + 1;
    length += chunk.length;
    if (end > 0) yield held.subarray(0, end);
    held.copyWithin(0, end, length);
    length -= end;
    if (length > maxLineBytes) throw new ReportError('has a line of more than 1 MiB');
  }
  if (length === 0) return;
  held[length] = newlineByte;
  yield held.subarray(0, length + 1);
}

function withRoom(buffer: Buffer<ArrayBuffer>, length: number): Buffer<ArrayBuffer> {
  if (length <= buffer.length) return buffer;
  const grown = Buffer.alloc(length * 2);
  buffer.copy(grown);
  return grown;
}
