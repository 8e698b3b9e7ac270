import { sanitizePath } from '../../../../util/text.ts';
import { toText } from '../fields.ts';

/** Decodes text that was read as Latin-1. */
export type DecodeText = (latin1: string) => string;

const maxLength = 4096;

/**
 * Creates a function that decodes UTF-8 text which was read as Latin-1, removes control characters and truncates to
 * 4,096 characters. Text that is not valid UTF-8 was written with `\u` escapes and is returned unchanged. Equal texts
 * are the same string, however many records share it.
 */
export function createTextDecoder(): DecodeText {
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

/** Returns the decoded text of a field; null if it is not a text or is empty. */
export function toDecodedText(value: unknown, decodeText: DecodeText): string | null {
  const text = toText(value);
  return text === null ? null : decodeText(text);
}
