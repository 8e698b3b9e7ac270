import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  streamMembers,
  type ChooseAction,
} from '../../../../../src/syncs/quality/report/json-stream.ts';
import { inChunks } from '../in-chunks.ts';

async function members(
  text: string | Uint8Array,
  chunkSize?: number,
): Promise<[string, unknown][]> {
  const found: [string, unknown][] = [];
  for await (const [key, value] of streamMembers(inChunks(text, chunkSize)))
    found.push([key, value]);
  return found;
}

test('streamMembers reads any object as JSON.parse does, in chunks of any size', async () => {
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

test('streamMembers accepts white space around the object', async () => {
  expect(await members('\r\n {"a": [1, {"b": "}"}]}\n')).toEqual([['a', [1, { b: '}' }]]]);
});

test('streamMembers does not validate skipped members', async () => {
  const found: string[] = [];
  const text = '{"a": 1, "skip": not json, "b": 2}';
  for await (const [key] of streamMembers(inChunks(text), (name) =>
    name === 'skip' ? 'skip' : 'read',
  ))
    found.push(key);
  expect(found).toEqual(['a', 'b']);
});

test('streamMembers skips a member larger than 32 MiB', async () => {
  const found: string[] = [];
  const text = `{"skip": "${'x'.repeat(34_000_000)}", "b": 2}`;
  for await (const [key] of streamMembers(inChunks(text), (name) =>
    name === 'skip' ? 'skip' : 'read',
  ))
    found.push(key);
  expect(found).toEqual(['b']);
});

test('streamMembers enters chosen objects, in chunks of any size', async () => {
  const text =
    '{"a": 1, "in" : {"x": [{"in": {}}], "skip": no, "y": {"in": 2}} , "e": {}, "b": "in"}';
  for (const size of [1, 3, 1000]) {
    const found: unknown[] = [];
    const choose: ChooseAction = (key, path) =>
      key === 'skip' ? 'skip' : path === null && key !== 'b' ? 'enter' : 'read';
    for await (const member of streamMembers(inChunks(text, size), choose)) found.push(member);
    expect(found).toEqual([
      ['a', 1, null],
      ['x', [{ in: {} }], 'in'],
      ['y', { in: 2 }, 'in'],
      ['b', 'in', null],
    ]);
  }
});

test('streamMembers enters arrays and the objects in them, in chunks of any size', async () => {
  const text =
    '{"data": [ {"files": [1, {"a": [2]}], "other": [no]}, {"files": [ ]} , 3 ], "e": []}';
  for (const size of [1, 3, 1000]) {
    const found: unknown[] = [];
    const choose: ChooseAction = (key, path) =>
      key === 'other' ? 'skip' : path === 'data.*.files' ? 'read' : 'enter';
    for await (const member of streamMembers(inChunks(text, size), choose)) found.push(member);
    expect(found).toEqual([
      ['*', 1, 'data.*.files'],
      ['*', { a: [2] }, 'data.*.files'],
      ['*', 3, 'data'],
    ]);
  }
});

test.each([
  '{"a": [1,,2]}',
  '{"a": [1,]}',
  '{"a": [,1]}',
  '{"a": [1}',
  '{"a": ["x": 1]}',
  '{"a": [{} 2]}',
])('streamMembers rejects the malformed array of %s when it enters', async (text) => {
  const read = async (): Promise<void> => {
    for await (const member of streamMembers(inChunks(text), () => 'enter'))
      expect(member).toBeDefined();
  };
  await expect(read()).rejects.toThrow(/near byte|ends in the middle/);
});

test.each([
  '{"in": {"x": 1} 2}',
  '{"in": {"x": 1}: 2}',
  '{"in": 3 {"x": 1}}',
  '{"in": {"x": 1,}',
  '{"in": {"x": 1]}',
])('streamMembers rejects the malformed object of %s when it enters', async (text) => {
  const read = async (): Promise<void> => {
    for await (const [key] of streamMembers(inChunks(text), () => 'enter')) expect(key).toBe('x');
  };
  await expect(read()).rejects.toThrow(/near byte|ends in the middle/);
});

test.each([
  ['1', /near byte 0/],
  ['{"a": 1} x', /near byte 9/],
  ['{"a": 1,, "b": 2}', /is not valid JSON/],
  ['{"a" 1}', /is not valid JSON/],
  ['{a: 1}', /is not valid JSON/],
  ['{"a": 1', /ends in the middle/],
  ['{"a": 1]', /near byte 7/],
  ['', /ends in the middle/],
  ['{"a": nul}', /is not valid JSON/],
  [`{"a": ${'['.repeat(100_000)}`, /nested too deep/],
  [`{"a": "${'x'.repeat(34_000_000)}"}`, /larger than 32 MiB/],
  [`{"${'x'.repeat(34_000_000)}": 1}`, /larger than 32 MiB/],
])('streamMembers rejects malformed text %# with the position', async (text, problem) => {
  await expect(members(text)).rejects.toThrow(problem);
});
