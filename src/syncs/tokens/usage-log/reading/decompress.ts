import { createReadStream } from 'node:fs';
import { pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { FileError } from '../../../../util/fs.ts';
import type { LineRange } from './line-reader.ts';

/** Node 22.15 and later. */
const { createZstdDecompress, zstdDecompressSync } = zlib as {
  readonly createZstdDecompress?: () => Transform;
  readonly zstdDecompressSync?: (
    bytes: Uint8Array,
    options: { readonly maxOutputLength: number },
  ) => Buffer;
};

/** Returns decompressed bytes; null if they are damaged, or more than `maxBytes`. */
export function decompressZstdBytes(bytes: Uint8Array, maxBytes: number): Buffer | null {
  try {
    return zstdDecompressSync?.(bytes, { maxOutputLength: maxBytes }) ?? null;
  } catch {
    return null;
  }
}

/**
 * Returns a function that reads the decompressed content of an open file from its start, a part per call. Throws
 * `FileError` if this version of Node can't decompress it. The function rejects with `FileError` if the content is
 * damaged.
 */
export function decompressZstd(fd: number, path: string): LineRange['read'] {
  if (createZstdDecompress === undefined) {
    throw new FileError(
      'ENOTSUP',
      path,
      'is compressed with zstd, which requires Node 22.15 or later',
    );
  }
  const content = createZstdDecompress();
  // The iterator reports errors of the file as well.
  pipeline(createReadStream('', { fd, autoClose: false, start: 0 }), content, () => undefined);
  const parts = content[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let rest: Buffer = Buffer.alloc(0);
  return async (buffer, offset, length) => {
    while (rest.length === 0) {
      const { value, done } = await parts.next().catch((error: unknown) => {
        if (error instanceof Error && 'syscall' in error) throw error;
        throw new FileError('EINVAL', path, 'is not a complete zstd file');
      });
      if (done === true) return 0;
      rest = value;
    }
    const bytesRead = rest.copy(buffer, offset, 0, length);
    rest = rest.subarray(bytesRead);
    return bytesRead;
  };
}
