import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';
import { toJsonParts, toJsonText } from '../../../src/store/json-file.ts';
import { parseInParts } from '../../../src/store/parse-in-parts.ts';
import { equalJson } from '../../../src/util/json.ts';

const documents: readonly object[] = [
  {},
  { a: [], b: {}, c: null, d: 'x\n"y"', e: undefined },
  { list: [{ a: [1, { b: 'z\\n' }], c: {} }, [], 2, 'three', null], after: { x: [1] } },
  JSON.parse('{"__proto__":[{"__proto__":1}],"constructor":{}}') as object,
];

test.each(documents)('toJsonParts returns the text of %j in parts', (document) => {
  expect([...toJsonParts(document)].join('')).toBe(toJsonText(document));
});

describe('parseInParts', () => {
  const schema = z.object({
    version: z.literal(1),
    items: z.array(z.object({ id: z.string(), size: z._default(z.number(), 0) })),
    few: z.optional(z.array(z.string()).check(z.maxLength(2))),
    more: z._default(z.array(z.unknown()), []),
  });

  test.each([
    { version: 1, items: [] },
    {
      version: 1,
      items: [{ id: 'a', size: 1 }, { id: 'b' }, { id: 'c', size: 2, own: true }],
      x: 1,
    },
    { version: 1, items: [{ id: 'a' }], few: ['a', 'b', 'c'] },
    { version: 2, items: [{ id: 'a' }] },
    { version: 1, items: [{ id: 'a' }, { id: 5 }] },
    { version: 1, items: {} },
    [],
    null,
  ])('returns the same as safeParse for %j', (document) => {
    const { success, data, error } = parseInParts(schema, document);
    const expected = schema.safeParse(document);
    expect({ success, data, issues: error?.issues }).toEqual({
      ...{ success: expected.success, data: expected.data, issues: expected.error?.issues },
    });
  });

  test('returns the items themselves that parsing does not change', () => {
    const document = { version: 1, items: [{ id: 'a', size: 1 }, { id: 'b' }] };
    const { data } = parseInParts(schema, document);
    expect(data?.items[0]).toBe(document.items[0]);
    expect(data?.items[1]).toEqual({ id: 'b', size: 0 });
    expect(document.items[1]).toEqual({ id: 'b' });
  });
});

test.each([
  [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: undefined }, { b: undefined }, true],
  [{ a: null }, {}, false],
  [{ a: undefined, b: 1 }, { a: 1, b: undefined }, false],
  [[1, 2], [1], false],
  [[], {}, false],
  [{ toString: 1 }, { a: 1 }, false],
  ['1', 1, false],
  [null, {}, false],
])('equalJson compares %j and %j: %j', (one, other, isEqual) => {
  expect(equalJson(one, other)).toBe(isEqual);
  expect(equalJson(other, one)).toBe(isEqual);
});
