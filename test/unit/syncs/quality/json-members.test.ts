import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMembers } from '../../../../src/syncs/quality/json-members.ts';
import { inChunks } from './chunks.ts';

async function members(
  text: string | Uint8Array,
  chunkSize?: number,
): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for await (const [key, value] of readMembers(inChunks(text, chunkSize))) found.push([key, value]);
  return found;
}

test('reads any object as JSON.parse does, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 2),
      async (object, chunkSize, indent) => {
        const text = JSON.stringify(object, null, indent);
        const json = JSON.parse(text) as object;
        expect(await members(text, chunkSize)).toEqual(Object.entries(json));
      },
    ),
    { numRuns: 300 },
  );
});

test('accepts a byte order mark and white space around the object', async () => {
  expect(await members('\ufeff\r\n {"a": [1, {"b": "}"}]}\n')).toEqual([['a', [1, { b: '}' }]]]);
});

test('passes over members that are not wanted', async () => {
  const found: string[] = [];
  const text = '{"a": 1, "skip": not json, "b": 2}';
  for await (const [key] of readMembers(inChunks(text), (name) => name !== 'skip')) found.push(key);
  expect(found).toEqual(['a', 'b']);
});

test.each([
  ['[1]', /near byte 0/],
  ['{"a": 1} x', /near byte 9/],
  ['{"a": 1,, "b": 2}', /is not valid JSON/],
  ['{"a" 1}', /is not valid JSON/],
  ['{a: 1}', /is not valid JSON/],
  ['{"a": 1', /ends in the middle/],
  ['', /ends in the middle/],
  ['{"a": nul}', /is not valid JSON/],
  [`{"a": ${'['.repeat(100_000)}`, /nested too deep/],
  [`{"a": "${'x'.repeat(9_000_000)}"}`, /larger than 8 MiB/],
  [`{"${'x'.repeat(9_000_000)}": 1}`, /larger than 8 MiB/],
  [Buffer.from('{"a": "\xff"}', 'latin1'), /is not UTF-8/],
])('refuses what is no sound object: %#', async (text, problem) => {
  await expect(members(text)).rejects.toThrow(problem);
});
