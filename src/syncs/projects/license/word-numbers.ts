/** The first character that stands for a word: some of the ones before would be escaped in JSON. */
const firstCharacter = 0x5d;

/** Writes indexes into a list of words as text with one character each, which is short when compressed. */
export const encodeWordNumbers = (numbers: readonly number[]): string =>
  numbers.map((number) => String.fromCharCode(firstCharacter + number)).join('');

export const decodeWordNumbers = (text: string): Uint16Array =>
  Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) - firstCharacter);
