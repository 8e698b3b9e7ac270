import { ReportError } from './report-file.ts';

const maxMemberBytes = 32 * 1024 * 1024;
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

/** `read` parses the value of a member, `skip` discards it, `enter` visits the members of its object or array. */
export type MemberAction = 'read' | 'skip' | 'enter';

/**
 * Returns the action for a member. `path` holds the keys of the containers around it, joined by dots; null at
 * the top. `depth` is 1 for the members of the outermost object.
 */
export type ChooseAction = (key: string, path: string | null, depth: number) => MemberAction;

/** A member whose value was read. The key of an array item is `*`. */
export type JsonMember = readonly [key: string, value: unknown, path: string | null];

/**
 * Yields the members of a JSON object or array while it is read, so that memory is bounded by the largest member.
 * Skipped members may have any size and are not validated.
 * Throws `ReportError` if the text is neither, is malformed or truncated, is nested deeper than 64
 * levels, or has a key or a value to read of more than 32 MiB.
 */
export async function* streamMembers(
  chunks: AsyncIterable<Buffer>,
  choose: ChooseAction = () => 'read',
): AsyncGenerator<JsonMember> {
  const scanner = new MemberScanner(choose);
  for await (const chunk of chunks) {
    for (const { key, bytes, path } of scanner.push(chunk)) {
      yield [key, parse(bytes, scanner.offset), path];
    }
  }
  if (!scanner.isComplete) throw new ReportError('ends in the middle of the JSON text');
}

interface RawMember {
  readonly key: string;
  readonly bytes: Buffer;
  readonly path: string | null;
}

/** An object or array whose members are visited. */
interface Container {
  readonly path: string | null;
  readonly isArray: boolean;
  isEmpty: boolean;
}

/** Finds where keys and values end; `JSON.parse` validates the bytes between. */
class MemberScanner {
  /** Bytes of the chunks before the current one. */
  offset = 0;
  isComplete = false;
  readonly #choose: ChooseAction;
  readonly #containers: Container[] = [];
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** The current member: null until its colon. */
  #key: string | null = null;
  #action: MemberAction = 'read';
  /** The previous member was a container that was entered: only a comma or a closing bracket may follow. */
  #afterContainer = false;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;

  constructor(choose: ChooseAction) {
    this.#choose = choose;
  }

  *push(chunk: Buffer): Generator<RawMember> {
    let start = 0;
    let inString = this.#inString;
    let isEscaped = this.#isEscaped;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === code.backslash) isEscaped = true;
        else if (byte === code.quote) inString = false;
        continue;
      }
      if (byte === code.quote && this.#depth > 0) {
        inString = true;
      } else if (this.#depth === 0) {
        if (this.#openRoot(byte, index)) start = index + 1;
      } else if (isOpening(byte)) {
        if (this.#open(chunk, start, index)) start = index + 1;
      } else if (isClosing(byte)) {
        this.#depth -= 1;
        if (this.#depth >= this.#containers.length) continue;
        const member = this.#close(chunk, start, index);
        if (member) yield member;
        start = index + 1;
      } else if (this.#depth !== this.#containers.length) {
        continue;
      } else if (byte === code.colon && this.#key === null) {
        this.#startValue(chunk.subarray(start, index), this.offset + index);
        start = index + 1;
      } else if (byte === code.comma) {
        const member = this.#endMember(chunk.subarray(start, index), false);
        const container = this.#containers.at(-1);
        if (container) container.isEmpty = false;
        if (member) yield member;
        start = index + 1;
      }
    }
    this.#inString = inString;
    this.#isEscaped = isEscaped;
    if (this.#depth > 0) this.#append(chunk.subarray(start));
    this.offset += chunk.length;
  }

  get #path(): string | null {
    return this.#containers.at(-1)?.path ?? null;
  }

  /** Before and after the root only white space is valid. */
  #openRoot(byte: number, index: number): boolean {
    if (isOpening(byte) && !this.isComplete) {
      this.#depth = 1;
      this.#containers.push({ path: null, isArray: byte === code.bracket, isEmpty: true });
      this.#startMember();
      return true;
    }
    if (!isSpace(byte)) throw malformed(this.offset + index);
    return false;
  }

  /** Returns whether the object or array that opens here is entered. */
  #open(chunk: Buffer, start: number, index: number): boolean {
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      throw new ReportError(`near byte ${String(this.offset + index)}: nested too deep`);
    }
    const isValue = this.#depth === this.#containers.length + 1 && this.#key !== null;
    if (this.#action !== 'enter' || !isValue) return false;
    if (!this.#take(chunk.subarray(start, index)).every(isSpace)) {
      throw malformed(this.offset + index);
    }
    const key = this.#key ?? '';
    const path = this.#path === null ? key : `${this.#path}.${key}`;
    this.#containers.push({ path, isArray: chunk[index] === code.bracket, isEmpty: true });
    this.#startMember();
    return true;
  }

  /** Ends the container that closes here, and its last member. */
  #close(chunk: Buffer, start: number, index: number): RawMember | null {
    const end = this.#containers.at(-1)?.isArray === true ? code.bracketEnd : code.braceEnd;
    if (chunk[index] !== end) throw malformed(this.offset + index);
    const member = this.#endMember(chunk.subarray(start, index), true);
    this.#containers.pop();
    this.isComplete = this.#containers.length === 0;
    this.#afterContainer = true;
    this.#key = null;
    this.#action = 'read';
    return member;
  }

  #startMember(): void {
    this.#key = this.#containers.at(-1)?.isArray === true ? '*' : null;
    this.#action =
      this.#key === null ? 'read' : this.#choose(this.#key, this.#path, this.#containers.length);
  }

  #startValue(piece: Buffer, offset: number): void {
    const key = parse(this.#take(piece), offset);
    if (typeof key !== 'string' || this.#afterContainer) throw malformed(offset);
    this.#key = key;
    this.#action = this.#choose(key, this.#path, this.#containers.length);
  }

  /** Ends a member at a comma or closing bracket. Returns null if it is skipped or missing. */
  #endMember(piece: Buffer, isLast: boolean): RawMember | null {
    const bytes = this.#take(piece);
    const key = this.#key;
    const isBlank = bytes.every(isSpace);
    const isEmptyContainer = isLast && this.#containers.at(-1)?.isEmpty === true && isBlank;
    if (key === null && !(isBlank && (isLast || this.#afterContainer))) {
      throw malformed(this.offset);
    }
    const isRead = key !== null && this.#action !== 'skip' && !isEmptyContainer;
    const member = isRead ? { key, bytes, path: this.#path } : null;
    this.#startMember();
    this.#afterContainer = false;
    return member;
  }

  #append(piece: Buffer): void {
    if (this.#action === 'skip') return;
    this.#pieceBytes += piece.length;
    if (this.#pieceBytes > maxMemberBytes) {
      throw new ReportError(`near byte ${String(this.offset)}: a member is larger than 32 MiB`);
    }
    // A copy, because the chunk is valid only until the next one is requested.
    if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
  }

  #take(piece: Buffer): Buffer {
    this.#append(piece);
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return bytes;
  }
}

/** A name in another encoding than UTF-8 has replacement characters: it is not found, but its lines count. */
function parse(bytes: Buffer, offset: number): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    throw new ReportError(`near byte ${String(offset)}: is not valid JSON`, { cause: error });
  }
}

const malformed = (offset: number): ReportError =>
  new ReportError(`near byte ${String(offset)}: is not valid JSON`);

/** Returns a choice by the keys of the outermost object; others are skipped, and all below it are read. */
export const chooseByKey =
  (actions: Readonly<Record<string, MemberAction>>): ChooseAction =>
  (key, path) => {
    if (path !== null) return 'read';
    return Object.hasOwn(actions, key) ? (actions[key] ?? 'skip') : 'skip';
  };
