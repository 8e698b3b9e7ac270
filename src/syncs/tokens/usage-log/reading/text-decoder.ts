import { sanitizePath } from '../../../../util/text.ts';

const maxLength = 4096;

/**
 * Creates a function that decodes UTF-8 text which was read as Latin-1, removes control characters and truncates to
 * 4,096 characters. Text that is not valid UTF-8 was written with `\u` escapes and is returned unchanged. Equal texts
 * are the same string, however many records share it.
 */
export function createTextDecoder(): (latin1: string) => string {
  const texts = new Map<string, string>();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (latin1: string): string => {
    try {
      const isBytes = !/[^\0-\xff]/.test(latin1);
      return isBytes ? decoder.decode(Buffer.from(latin1, 'latin1')) : latin1;
    } catch {
      return latin1;
    }
  };
  return (latin1) => {
    let text = texts.get(latin1);
    if (text === undefined) {
      text = sanitizePath(decode(latin1), maxLength);
      texts.set(latin1, text);
    }
    return text;
  };
}
