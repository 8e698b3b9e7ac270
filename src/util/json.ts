/** Deeper values are refused, because parsers, validation and `JSON.stringify` recurse and would overflow the stack. */
export const maxJsonDepth = 256;

/** Whether two values have the same JSON, apart from the order of keys: a property that is `undefined` is absent. */
export function equalJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => equalJson(item, other[index]))
    );
  }
  const keys = definedKeys(one);
  return (
    keys.length === definedKeys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equalJson(one[key], other[key]))
  );
}

const definedKeys = <Value extends object>(value: Value): readonly (keyof Value)[] =>
  (Object.keys(value) as (keyof Value)[]).filter((key) => value[key] !== undefined);

const [quote, backslash, newline, slash, star] = [0x22, 0x5c, 0x0a, 0x2f, 0x2a];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether a JSON text, which may contain comments, is nested more than `maxJsonDepth` levels deep. Reads the text once
 * without recursion, so that it can be called before a parser; the text need not be valid.
 */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case openBracket:
      case openBrace:
        depth += 1;
        if (depth > maxJsonDepth) return true;
        break;
      case closeBracket:
      case closeBrace:
        depth -= 1;
        break;
      case quote:
        index = endOfString(text, index);
        break;
      case slash:
        index = endOfComment(text, index);
        break;
    }
  }
  return false;
}

/** Returns the index of the closing quote; of the end of the line or text for an unterminated string. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === quote || character === newline) return index;
    if (character === backslash) index += 1;
  }
  return text.length;
}

/** Returns the index of the last character of a comment; `start` if none starts there. */
function endOfComment(text: string, start: number): number {
  const next = text.charCodeAt(start + 1);
  if (next !== slash && next !== star) return start;
  const end = next === slash ? text.indexOf('\n', start) : text.indexOf('*/', start + 2) + 1;
  return end <= 0 ? text.length : end;
}
