/** A word that marks something to be done, with its bytes. */
export interface Tag {
  readonly name: string;
  readonly bytes: Buffer;
}

export const toTags = (names: Iterable<string>): readonly Tag[] =>
  Array.from(new Set(names), (name) => ({ name, bytes: Buffer.from(name) }));

/** Counts a tag in a text of UTF-8: every occurrence, as written, as a whole word. */
export function countTag(text: Buffer, { bytes }: Tag): number {
  let count = 0;
  for (let at = text.indexOf(bytes); at !== -1; at = text.indexOf(bytes, at + bytes.length)) {
    if (!endsWithLetter(text, at) && !startsWithLetter(text, at + bytes.length)) count += 1;
  }
  return count;
}

/** Lines of a text; the last one counts whether or not a newline ends it. */
export function countLines(text: Buffer): number {
  let lines = 0;
  let start = 0;
  for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, start)) {
    lines += 1;
    start = end + 1;
  }
  return start < text.length ? lines + 1 : lines;
}

const newline = 0x0a;

const isAsciiLetter = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x5f;

// A word as Unicode has it (and `rg -w`): letters, marks, digits, connectors.
const letter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

function startsWithLetter(text: Buffer, at: number): boolean {
  const byte = text[at];
  if (byte === undefined) return false;
  if (byte < 0x80) return isAsciiLetter(byte);
  return letter.test(String.fromCodePoint(text.toString('utf8', at, at + 4).codePointAt(0) ?? 0));
}

function endsWithLetter(text: Buffer, end: number): boolean {
  const byte = text[end - 1];
  if (byte === undefined) return false;
  if (byte < 0x80) return isAsciiLetter(byte);
  let start = end - 1;
  // Back over the continuation bytes of one character.
  while (start > end - 4 && start > 0 && ((text[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return letter.test(text.toString('utf8', start, end));
}
