import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from '../../../src/output/csv.ts';

/** Minimal RFC 4180 parser. */
function read(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of csv.matchAll(
    /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n)/g,
  )) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('csv ends each row with CRLF and quotes values where necessary', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        ['x', 1],
        ['with "quotes", and\nlines', null],
        [-3, true],
      ],
    ),
  ).toBe('a,b\r\nx,1\r\n"with ""quotes"", and\nlines",\r\n-3,true\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠x'])(
  'text that a spreadsheet would take for a formula stays text: %j',
  (text) => {
    expect(read(csvText(['x'], [[text]]))[1]).toEqual([`'${text}`]);
  },
);

test('csv round-trips any text without formulas and control characters', () => {
  const value = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((one) => !/^[=+\-@＝＋－＠\p{Cc}]|[\p{Cc}\p{Bidi_Control}]/u.test(one));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value)), (rows) => {
      expect(read(csvText(['a', 'b'], rows)).slice(1)).toEqual(rows);
    }),
  );
});

test('csv removes control characters', () => {
  expect(csvText(['a'], [['x\u001b[31m\u0000']])).toBe('a\r\nx\ufffd[31m\ufffd\r\n');
});
