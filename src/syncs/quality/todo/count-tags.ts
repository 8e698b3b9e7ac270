/** A word such as TODO, with its bytes. */
export interface Tag {
  readonly name: string;
  readonly bytes: Buffer;
}

export const toTags = (names: Iterable<string>): readonly Tag[] =>
  Array.from(new Set(names), (name) => ({ name, bytes: Buffer.from(name) }));

/** Counts a tag in UTF-8 text: every occurrence as a whole word, case-sensitive. */
export function countTag(text: Buffer, { bytes }: Tag): number {
  let count = 0;
  for (let at = text.indexOf(bytes); at !== -1; at = text.indexOf(bytes, at + bytes.length)) {
    if (!endsWithWordCharacter(text, at) && !startsWithWordCharacter(text, at + bytes.length))
      count += 1;
  }
  return count;
}

/** Counts the lines of a text, including a last one without a newline. */
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

const isAsciiWordByte = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x5f;

// The word characters of Unicode, as in `rg -w`: letters, marks, digits and connectors.
const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

function startsWithWordCharacter(text: Buffer, at: number): boolean {
  const byte = text[at];
  if (byte === undefined) return false;
  if (byte < 0x80) return isAsciiWordByte(byte);
  return wordCharacter.test(
    String.fromCodePoint(text.toString('utf8', at, at + 4).codePointAt(0) ?? 0),
  );
}

function endsWithWordCharacter(text: Buffer, end: number): boolean {
  const byte = text[end - 1];
  if (byte === undefined) return false;
  if (byte < 0x80) return isAsciiWordByte(byte);
  let start = end - 1;
  // Skip back over the continuation bytes of one character.
  while (start > end - 4 && start > 0 && ((text[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return wordCharacter.test(text.toString('utf8', start, end));
}
