import { TextDecoder } from 'node:util';

const utf8Mark = [0xef, 0xbb, 0xbf];

/**
 * Yields a text as UTF-8 without a byte order mark. UTF-16 is recognized by its byte order mark, or by the zero bytes
 * around the first `<`, `{` or `[`; Visual Studio and PowerShell write it. Any other text is not changed.
 */
export async function* decodeText(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null = null;
  let isFirst = true;
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (isFirst) {
      isFirst = false;
      const encoding = utf16Encoding(chunk);
      decoder = encoding === null ? null : new TextDecoder(encoding);
      if (utf8Mark.every((byte, at) => chunk[at] === byte)) bytes = chunk.subarray(utf8Mark.length);
    }
    yield decoder ? Buffer.from(decoder.decode(bytes, { stream: true })) : bytes;
  }
  const rest = decoder?.decode() ?? '';
  if (rest !== '') yield Buffer.from(rest);
}

function utf16Encoding(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first = 1, second = 1] = bytes;
  const isOpening = (byte: number): boolean => [0x3c, 0x7b, 0x5b].includes(byte);
  if ((first === 0xff && second === 0xfe) || (isOpening(first) && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && isOpening(second))) return 'utf-16be';
  return null;
}
