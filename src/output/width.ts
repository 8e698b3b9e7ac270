/** Returns the width of a text in terminal columns. */
export type Width = (text: string) => number;

// Characters that don't combine: Latin letters and the symbols of the tables take one column; kana, Chinese
// characters and Hangul syllables take two (East_Asian_Width of Unicode).
const simple =
  /^[ -~\u00a1-\u00ac\u00ae-\u024f…↑↓✗\u2588-\u258f\u3041-\u3096\u30a0-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]*$/;
const wide = /[\u3041-\u3096\u30a0-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]/g;

const simpleWidth: Width = (text) => text.length + (text.match(wide)?.length ?? 0);

/** Loads the Unicode rules only for other texts, because that takes longer than the rest of `status`. */
export async function widthOf(texts: readonly string[]): Promise<Width> {
  if (texts.every((text) => simple.test(text))) return simpleWidth;
  const { default: stringWidth } = await import('string-width');
  return (text) => (simple.test(text) ? simpleWidth(text) : stringWidth(text));
}

/** Splits a text into grapheme clusters. */
function charactersOf(text: string): readonly string[] {
  if (simple.test(text)) return Array.from(text);
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** Truncates a text in the middle to a number of columns, because names differ at both ends. */
export function cutMiddle(text: string, columns: number, width: Width): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  const characters = charactersOf(text);
  const end = take(characters.toReversed(), Math.floor((columns - 1) / 2), width).toReversed();
  const start = take(characters, columns - 1 - width(end.join('')), width);
  return `${start.join('')}…${end.join('')}`;
}

/** Truncates a text at the end to a number of columns. */
export function cutEnd(text: string, columns: number, width: Width): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  return `${take(charactersOf(text), columns - 1, width).join('')}…`;
}

/** Returns the first characters that fit. */
function take(characters: readonly string[], columns: number, width: Width): readonly string[] {
  let used = 0;
  const last = characters.findIndex((character) => (used += width(character)) > columns);
  return last < 0 ? characters : characters.slice(0, last);
}
