/** How many columns of a terminal a text takes. */
export type Width = (text: string) => number;

const plain = /^[ -~]*$/;

/** Printable ASCII takes a column each; only for other texts is the table of Unicode widths loaded. */
export async function widthOf(texts: Iterable<string>): Promise<Width> {
  for (const text of texts) {
    if (plain.test(text)) continue;
    const { default: stringWidth } = await import('string-width');
    return (one) => (plain.test(one) ? one.length : stringWidth(one));
  }
  return (text) => text.length;
}

/** What a person sees as one character, so that none is cut in half. */
function charactersOf(text: string): readonly string[] {
  if (plain.test(text)) return Array.from(text);
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** A text with `…` for its middle, at most so many columns wide: both ends of a name tell it from others. */
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
