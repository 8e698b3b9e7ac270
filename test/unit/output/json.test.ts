import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLine } from '../../../src/output/json.ts';
import { anyCodePoint } from '../../helpers/any-code-point.ts';

test('json output is one line that parses to the same value and contains no control characters', () => {
  const text = fc.string({ unit: anyCodePoint });
  fc.assert(
    fc.property(fc.dictionary(text, text), (document) => {
      const line = jsonLine(document);
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(line.endsWith('\n')).toBe(true);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(document)));
    }),
  );
  expect(jsonLine({ path: 'a\u009b31m\u202eb' })).toBe(
    String.raw`{"path":"a\u009b31m\u202eb"}` + '\n',
  );
});
