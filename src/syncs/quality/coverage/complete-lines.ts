import { ReportError } from '../report-file.ts';

const maxLineBytes = 1024 * 1024;

/**
 * Cuts a stream after its last newline, so that no line is torn between two pieces; the end of the
 * stream ends the last line. Every piece ends with a newline. Throws `ReportError` for a line of more
 * than 1 MiB.
 */
export async function* completeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a) + 1;
    if (end > 0) {
      yield Buffer.concat([rest, chunk.subarray(0, end)]);
      rest = Buffer.alloc(0);
    }
    // A copy, because the chunk is valid only until the next one.
    rest = Buffer.concat([rest, chunk.subarray(end)]);
    if (rest.length > maxLineBytes) throw new ReportError('has a line of more than 1 MiB');
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.from('\n')]);
}
