// Controls (escape sequences start there), halves of surrogate pairs, line separators, and the marks
// that reorder what a person reads.
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** Text from outside with each unprintable run replaced by `\ufffd`, cut to `maxLength` characters; for paths. */
export const sanitizePath = (text: string, maxLength = 500): string =>
  text.slice(0, maxLength).replace(unprintable, '\ufffd');

/**
 * Text from outside as one harmless line: no control or reordering characters, white space collapsed,
 * cut to `maxLength` characters with `…` at the end.
 */
export function sanitizeLine(text: string, maxLength = 500): string {
  // Far beyond the limit nothing can matter: a huge text costs nothing.
  const start = text.slice(0, maxLength * 8);
  const line = start.replace(unprintable, ' ').replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line;
}

/** Returns a count with its noun: `1 project`, `2 projects`. `many` is the plural where it is irregular. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${String(count)} ${count === 1 ? one : many}`;
