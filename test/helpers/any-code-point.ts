import * as fc from 'fast-check';

/**
 * Any code point that UTF-8 can encode, as the unit of `fc.string()`. The unit `binary` is the same, and computes a table of
 * all of them first, which takes two seconds.
 */
export const anyCodePoint: fc.Arbitrary<string> = fc.integer({ min: 0, max: 0x10f7ff }).map(
  (index) => String.fromCodePoint(index < 0xd800 ? index : index + 0x800),
  (text) => {
    const [character, ...more] = typeof text === 'string' ? Array.from(text) : [];
    const point = character?.codePointAt(0);
    if (point === undefined || more.length > 0) throw new Error('not one code point');
    return point < 0xd800 ? point : point - 0x800;
  },
);
