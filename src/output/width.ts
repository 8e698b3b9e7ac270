/** How many columns of a terminal a text takes. */
export type Width = (text: string) => number;

// Most names are made of characters that stand alone: Latin letters and the signs of our own tables take
// one column; kana, Chinese characters and Hangul syllables take two (Unicode's East_Asian_Width).
const simple =
  /^[ -~\u00a1-\u00ac\u00ae-\u024f…↑↓✗\u3041-\u3096\u30a0-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]*$/;
const wide = /[\u3041-\u3096\u30a0-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]/g;

const simpleWidth: Width = (text) => text.length + (text.match(wide)?.length ?? 0);

/** For all other texts the rules of Unicode are loaded, which takes longer than all else in `status`. */
export async function widthOf(texts: readonly string[]): Promise<Width> {
  if (texts.every((text) => simple.test(text))) return simpleWidth;
  const { default: stringWidth } = await import('string-width');
  return (text) => (simple.test(text) ? simpleWidth(text) : stringWidth(text));
}

/** What a person sees as one character, so that none is cut in half. */
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

/** A text with `…` for its end, at most so many columns wide. */
export function cutEnd(text: string, columns: number, width: Width): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  return `${take(charactersOf(text), columns - 1, width).join('')}…`;
}

/** As many of the first characters as fit. */
function take(characters: readonly string[], columns: number, width: Width): readonly string[] {
  let used = 0;
  const last = characters.findIndex((character) => (used += width(character)) > columns);
  return last < 0 ? characters : characters.slice(0, last);
}
