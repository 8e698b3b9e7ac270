import { expect, test } from 'vitest';
import { isNestedTooDeeply, maxJsonDepth } from '../../../src/util/json.ts';

const nested = (depth: number, [open, close] = ['[', ']']): string =>
  open.repeat(depth) + close.repeat(depth);

test.each([
  ['arrays', ['[', ']']],
  ['objects', ['{"a":', '}']],
  ['objects in arrays with comments', ['[ // "\n', ']']],
])('isNestedTooDeeply accepts %s up to the limit and refuses one level more', (_name, pair) => {
  expect(isNestedTooDeeply(nested(maxJsonDepth, pair as [string, string]))).toBe(false);
  expect(isNestedTooDeeply(nested(maxJsonDepth + 1, pair as [string, string]))).toBe(true);
});

test.each([
  ['a string', `["${'['.repeat(999)}"]`],
  ['a string with escapes', `["\\"${'['.repeat(999)}\\\\"]`],
  ['a line comment', `[ // ${'['.repeat(999)}\n]`],
  ['a block comment', `[ /* ${'['.repeat(999)} */ ]`],
  ['an unterminated comment', `[ /* ${'['.repeat(999)}`],
  ['siblings', `[${'[],'.repeat(999)}[]]`],
])('isNestedTooDeeply ignores the brackets of %s', (_name, text) => {
  expect(isNestedTooDeeply(text)).toBe(false);
});

test('isNestedTooDeeply refuses a million unclosed levels', () => {
  expect(isNestedTooDeeply('['.repeat(1_000_000))).toBe(true);
  expect(isNestedTooDeeply('{"a":'.repeat(1_000_000))).toBe(true);
});
