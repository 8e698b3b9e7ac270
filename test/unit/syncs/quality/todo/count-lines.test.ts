import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countLines } from '../../../../../src/syncs/quality/todo/count-lines.ts';

/** Bytes around a newline, which carries between bytes would confuse. */
const byte = fc.constantFrom(0x0a, 0x0a, 0x09, 0x0b, 0x00, 0x01, 0x8a, 0x7f, 0x80, 0xff, 0x61);

test('countLines returns the number of lines at any length and alignment', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(byte),
      fc.nat(3),
      (any, bytes, offset) => {
        const text = Buffer.alloc(offset + any.length + bytes.length).subarray(offset);
        text.set([...any, ...bytes]);
        const lines = text.toString('latin1').split('\n');
        const expected = lines.at(-1) === '' ? lines.length - 1 : lines.length;
        expect(countLines(text)).toBe(expected);
      },
    ),
  );
});

test.each([1019, 1020, 1021, 4100])('countLines counts %i blank lines', (length) => {
  expect(countLines(Buffer.alloc(length, '\n'))).toBe(length);
});
