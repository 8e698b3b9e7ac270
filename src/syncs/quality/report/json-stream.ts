import { ReportError } from './report-file.ts';

const maxMemberBytes = 8 * 1024 * 1024;
const maxDepth = 64;

const code = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  backslash: 0x5c,
  bracket: 0x5b,
  bracketEnd: 0x5d,
  brace: 0x7b,
  braceEnd: 0x7d,
} as const;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** What becomes of a member: its value is read, it is passed over, or the members of its object or array follow. */
export type Treatment = boolean | 'enter';

/** `depth` is 1 for the members of the outermost object. */
type Treat = (key: string, inside: string | null, depth: number) => Treatment;

/**
 * Reads a JSON object as it streams by, one member at a time, so that memory is that of the largest
 * member. Members that are not wanted are passed over unread, whatever their size. A member may be
 * entered: its own members follow, each with the keys that they are `inside` (`data.*.files`; null in
 * the outermost object). The key of each item of an array is `*`.
 * Throws `ReportError` for what is not an object, is broken or torn, or has a key or a wanted value of
 * more than 8 MiB, or more than 64 levels.
 */
export async function* readMembers(
  chunks: AsyncIterable<Buffer>,
  isWanted: Treat = () => true,
): AsyncGenerator<readonly [key: string, value: unknown, inside: string | null]> {
  const scanner = createScanner(isWanted);
  for await (const chunk of chunks) {
    for (const { key, value, inside } of scanner.push(chunk)) {
      yield [key, parse(value, scanner.offset()), inside];
    }
  }
  if (!scanner.isComplete()) throw new ReportError('ends in the middle of the JSON text');
}

interface RawMember {
  readonly key: string;
  readonly value: Buffer;
  readonly inside: string | null;
}

/** Finds the ends of keys and values; `JSON.parse` judges what is inside. */
function createScanner(isWanted: Treat): {
  readonly push: (chunk: Buffer) => Generator<RawMember>;
  readonly offset: () => number;
  readonly isComplete: () => boolean;
} {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let complete = false;
  let consumed = 0;
  /** The objects and arrays that were entered: their members are read now. */
  const entered: { readonly path: string | null; readonly isArray: boolean; isEmpty: boolean }[] =
    [];
  let inside: string | null = null;
  /** Of the member that is being read, from its colon on. */
  let key: string | null = null;
  let treatment: Treatment = true;
  const startItem = (): void => {
    key = entered.at(-1)?.isArray === true ? '*' : null;
    treatment = key === null || isWanted(key, inside, entered.length);
  };
  /** The last member was an object that was entered: only a comma may follow. */
  let wasEntered = false;
  let pieces: Buffer[] = [];
  let pieceBytes = 0;

  const keep = (piece: Buffer): void => {
    if (treatment === false) return;
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
  /** Ends a member at a comma or a closing bracket; null for one that is not wanted, or for none. */
  const endMember = (piece: Buffer, mayBeEmpty: boolean): RawMember | null => {
    const value = take(piece);
    const isBlank = mayBeEmpty && entered.at(-1)?.isEmpty === true && value.every(isSpace);
    const member = key !== null && treatment !== false && !isBlank ? { key, value, inside } : null;
    const isEmpty = key === null;
    if (isEmpty && !(value.every(isSpace) && (mayBeEmpty || wasEntered))) throw brokenAt(consumed);
    startItem();
    wasEntered = false;
    return member;
  };
  const startValue = (piece: Buffer, offset: number): void => {
    const name = parse(take(piece), offset);
    if (typeof name !== 'string' || wasEntered) throw brokenAt(offset);
    key = name;
    treatment = isWanted(name, inside, entered.length);
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
          if (byte === code.brace && !complete) {
            depth = 1;
            entered.push({ path: null, isArray: false, isEmpty: true });
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
          if (treatment === 'enter' && depth === entered.length + 1 && key !== null) {
            if (!take(chunk.subarray(start, index)).every(isSpace))
              throw brokenAt(consumed + index);
            inside = inside === null ? key : `${inside}.${key}`;
            entered.push({ path: inside, isArray: byte === code.bracket, isEmpty: true });
            startItem();
            start = index + 1;
          }
        } else if (isClosing(byte)) {
          depth -= 1;
          if (depth < entered.length) {
            const isArray = entered.at(-1)?.isArray === true;
            if (byte !== (isArray ? code.bracketEnd : code.braceEnd))
              throw brokenAt(consumed + index);
            const member = endMember(chunk.subarray(start, index), true);
            if (member) yield member;
            entered.pop();
            inside = entered.at(-1)?.path ?? null;
            if (entered.length === 0) complete = true;
            wasEntered = true;
            key = null;
            treatment = true;
            start = index + 1;
          }
        } else if (depth === entered.length && byte === code.colon && key === null) {
          startValue(chunk.subarray(start, index), consumed + index);
          start = index + 1;
        } else if (depth === entered.length && byte === code.comma) {
          const member = endMember(chunk.subarray(start, index), false);
          const parent = entered.at(-1);
          if (parent) parent.isEmpty = false;
          if (member) yield member;
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
