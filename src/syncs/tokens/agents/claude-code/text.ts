const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A name or path from outside, as it is but for what would control a terminal or reorder the text. */
export const printable = (text: string): string => text.replace(unprintable, '\ufffd');

/**
 * Makes a function that turns a text that was read as Latin-1 into what its bytes say in UTF-8, printable and
 * of at most 4,096 characters. A text that is no UTF-8 was written with `\u` escapes, and stays as it is.
 * Each text is kept once, however many responses share it.
 */
export function createTextDecoder(): (latin1: string) => string {
  const texts = new Map<string, string>();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (latin1: string): string => {
    try {
      const isOfBytes = !/[^\0-\xff]/.test(latin1);
      return isOfBytes ? decoder.decode(Buffer.from(latin1, 'latin1')) : latin1;
    } catch {
      return latin1;
    }
  };
  return (latin1) => {
    let text = texts.get(latin1);
    if (text === undefined) {
      text = printable(decode(latin1).slice(0, 4096));
      texts.set(latin1, text);
    }
    return text;
  };
}
