import { ReportError } from './report-file.ts';

const maxMemberBytes = 8 * 1024 * 1024;
const maxDepth = 64;

const code = { quote: 0x22, comma: 0x2c, colon: 0x3a, backslash: 0x5c } as const;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Reads a JSON object as it streams by, one member at a time, so that memory is that of the largest
 * member. Members that are not wanted are passed over unread. Throws `ReportError` for what is not
 * an object, is broken or torn, or has members of more than 8 MiB or 64 levels.
 */
export async function* readMembers(
  chunks: AsyncIterable<Buffer>,
  isWanted: (key: string) => boolean = () => true,
): AsyncGenerator<readonly [key: string, value: unknown]> {
  const scanner = createScanner();
  for await (const chunk of chunks) {
    for (const { key, value } of scanner.push(chunk)) {
      const name = parse(key, scanner.offset());
      if (typeof name !== 'string') throw brokenAt(scanner.offset());
      if (isWanted(name)) yield [name, parse(value, scanner.offset())];
    }
  }
  if (!scanner.isComplete()) throw new ReportError('ends in the middle of the JSON text');
}

interface RawMember {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Finds the ends of keys and values of the outermost object; `JSON.parse` judges what is inside. */
function createScanner(): {
  readonly push: (chunk: Buffer) => Generator<RawMember>;
  readonly offset: () => number;
  readonly isComplete: () => boolean;
} {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let complete = false;
  let consumed = 0;
  let key: Buffer | null = null;
  let pieces: Buffer[] = [];
  let pieceBytes = 0;

  const keep = (piece: Buffer): void => {
    pieceBytes += piece.length;
    if (pieceBytes > maxMemberBytes) {
      throw new ReportError(`near byte ${String(consumed)}: a member is larger than 8 MiB`);
    }
    // A copy, because the chunk is valid only until the next one.
    if (piece.length > 0) pieces.push(Buffer.from(piece));
  };
  const take = (piece: Buffer): Buffer => {
    keep(piece);
    const taken = Buffer.concat(pieces);
    pieces = [];
    pieceBytes = 0;
    return taken;
  };
  const member = (piece: Buffer): RawMember | null => {
    const value = take(piece);
    if (key === null) {
      if (value.every(isSpace)) return null;
      throw brokenAt(consumed);
    }
    const found = { key, value };
    key = null;
    return found;
  };

  return {
    offset: () => consumed,
    isComplete: () => complete,
    *push(chunk) {
      let start = 0;
      for (let index = 0; index < chunk.length; index += 1) {
        const byte = chunk[index] ?? 0;
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === code.backslash) escaped = true;
          else if (byte === code.quote) inString = false;
          continue;
        }
        if (depth === 0) {
          // Only a byte order mark and white space may stand around the object.
          if (isOpening(byte) && byte === 0x7b && !complete) {
            depth = 1;
            start = index + 1;
          } else if (!isSpace(byte) && !(consumed === 0 && index < 3 && byte >= 0xbb)) {
            throw brokenAt(consumed + index);
          }
        } else if (byte === code.quote) {
          inString = true;
        } else if (isOpening(byte)) {
          depth += 1;
          if (depth > maxDepth) {
            throw new ReportError(`near byte ${String(consumed + index)}: nested too deep`);
          }
        } else if (isClosing(byte)) {
          depth -= 1;
          if (depth === 0) {
            const found = member(chunk.subarray(start, index));
            if (found) yield found;
            complete = true;
            start = index + 1;
          }
        } else if (depth === 1 && byte === code.colon && key === null) {
          key = take(chunk.subarray(start, index));
          start = index + 1;
        } else if (depth === 1 && byte === code.comma) {
          const found = member(chunk.subarray(start, index));
          if (!found) throw brokenAt(consumed + index);
          yield found;
          start = index + 1;
        }
      }
      if (depth > 0) keep(chunk.subarray(start));
      consumed += chunk.length;
    },
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer, offset: number): unknown {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (error) {
    const problem = error instanceof TypeError ? 'is not UTF-8' : 'is not valid JSON';
    throw new ReportError(`near byte ${String(offset)}: ${problem}`, { cause: error });
  }
}

const brokenAt = (offset: number): ReportError =>
  new ReportError(`near byte ${String(offset)}: is not valid JSON`);
