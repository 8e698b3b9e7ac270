import { printParseErrorCode, type ParseErrorCode } from 'jsonc-parser';

/** Returns the position of an offset as `line:column`, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${String(before.split('\n').length)}:${String(offset - before.lastIndexOf('\n'))}`;
}

/** Returns a syntax error in words: `CommaExpected` → `comma expected`. */
export const syntaxErrorText = (code: ParseErrorCode): string =>
  printParseErrorCode(code)
    .replace(/\B[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
