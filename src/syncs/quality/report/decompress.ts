import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileTooLarge } from '../../../util/fs.ts';
import { ReportError } from './report-error.ts';

/** Yields the content of a gzip file, such as a `.gcov.json.gz`, and any other file unchanged. */
export async function* decompress(
  chunks: AsyncIterable<Buffer>,
  path: string,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const all = prepend(first.value, { [Symbol.asyncIterator]: () => iterator });
  if (isGzip) yield* gunzip(all, path, maxBytes);
  else yield* all;
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  path: string,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // An error of either stream ends the iteration below.
  pipeline(Readable.from(copies(chunks)), gunzip, () => undefined);
  let bytes = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw fileTooLarge(path, maxBytes);
      yield chunk;
    }
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      /^(?:Z_|ERR_STREAM)/.test(String(error.code))
    ) {
      throw new ReportError('is not valid gzip data', { cause: error });
    }
    throw error;
  }
}

/** A chunk is valid only until the next one is requested, but a stream reads ahead. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}
