/** A report as a stream; the buffer is used again for each chunk, as the real reader does. */
export async function* inChunks(
  content: string | Uint8Array,
  size = 65_536,
): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  const buffer = Buffer.alloc(size);
  for (let start = 0; start < bytes.length; start += size) {
    const length = bytes.copy(buffer, 0, start);
    yield await Promise.resolve(buffer.subarray(0, Math.min(length, size)));
  }
}
