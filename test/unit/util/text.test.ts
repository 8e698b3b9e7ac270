import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitizeLine } from '../../../src/util/text.ts';
import { anyCodePoint } from '../../helpers/any-code-point.ts';

test('sanitizeLine replaces control characters and bidirectional controls', () => {
  expect(sanitizeLine('a\u001b[31mred\u0007\u009b0m\u202Eevil\u2066 b\nc\td')).toBe(
    'a [31mred 0m evil b c d',
  );
});

test('sanitizeLine keeps all scripts and emoji', () => {
  const text = 'größe 日本語 проверка 👩‍💻 café';
  expect(sanitizeLine(text)).toBe(text);
});

test('sanitizeLine returns one well-formed line within the limit and is idempotent', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: anyCodePoint }),
      fc.integer({ min: 1, max: 50 }),
      (text, limit) => {
        const clean = sanitizeLine(text, limit);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(Array.from(clean).length).toBeLessThanOrEqual(limit);
        expect(sanitizeLine(clean, limit)).toBe(clean);
      },
    ),
  );
});
