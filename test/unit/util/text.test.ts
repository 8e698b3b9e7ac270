import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitizeLine } from '../../../src/util/text.ts';

test('a clean text has no character that a terminal acts on', () => {
  expect(sanitizeLine('a\u001b[31mred\u0007\u009b0m\u202Eevil\u2066 b\nc\td')).toBe(
    'a [31mred 0m evil b c d',
  );
});

test('a clean text keeps every script and every emoji', () => {
  const text = 'größe 日本語 проверка 👩‍💻 café';
  expect(sanitizeLine(text)).toBe(text);
});

test('any text comes out as one well-formed line within the limit, and twice is the same as once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
      const clean = sanitizeLine(text, limit);
      expect(clean).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      expect(Array.from(clean).length).toBeLessThanOrEqual(limit);
      expect(sanitizeLine(clean, limit)).toBe(clean);
    }),
  );
});
