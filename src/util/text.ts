// Control characters (which start escape sequences), lone surrogates, line separators, and characters that
// reorder the text on screen.
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** Returns untrusted text with unprintable characters replaced by `\ufffd`, truncated to `maxLength`; for paths. */
export const sanitizePath = (text: string, maxLength = 500): string =>
  text.slice(0, maxLength).replace(unprintable, '\ufffd');

/**
 * Returns untrusted text as one line without control and reordering characters, with white space collapsed,
 * truncated to `maxLength` characters with `…` at the end.
 */
export function sanitizeLine(text: string, maxLength = 500): string {
  // Bounds the work for a huge text.
  const start = text.slice(0, maxLength * 8);
  const line = start.replace(unprintable, ' ').replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line;
}

/** Returns a count with its noun: `1 project`, `2 projects`. `many` is an irregular plural. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${String(count)} ${count === 1 ? one : many}`;

/** Returns the words before an amount of which a part may be unknown. */
export const atLeast = (isPartial: boolean): string => (isPartial ? 'at least ' : '');

/** Escapes the characters that have a meaning in a regular expression. */
export const escapeRegExp = (text: string): string =>
  text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
