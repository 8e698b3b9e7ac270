import { expect, test } from 'vitest';
import { statColumns } from '../../../../src/git/stat-rows.ts';
import {
  decodeQualityCache,
  encodeQualityCache,
  type ProjectCache,
} from '../../../../src/syncs/quality/quality-cache.ts';
import { countColumns } from '../../../../src/syncs/quality/todo/scan-table.ts';
import { encodeCache } from '../../../../src/util/cache.ts';

const projectWith = (...paths: string[]): ProjectCache => ({
  kinds: { key: 'k', kinds: Uint8Array.from(paths, (_, at) => at % 4) },
  scan: {
    paths,
    stats: Float64Array.from({ length: paths.length * statColumns }, (_, at) => at + 0.25),
    counts: Uint32Array.from({ length: paths.length * countColumns.length }, (_, at) => at),
  },
  coverage: null,
  result: null,
  changes: {
    head: 'h',
    sinceDay: 1,
    readOn: 91,
    value: new Map([['x.ts', [1, 2]]]),
    reason: null,
  },
  lighthouse: {
    key: 'k',
    outcome: {
      score: 1,
      performance: null,
      accessibility: null,
      bestPractices: null,
      seo: null,
      urls: ['é'],
      runs: 1,
      rule: 'single',
      fetchTime: 5,
      tracked: false,
      reason: null,
      warnings: [],
    },
  },
});
const tags = ['TODO'];
const cache = new Map([
  ['/a', projectWith('x.ts', 'line\nfeed.ts', 'é/ü.ts')],
  ['/empty', projectWith()],
  ['/b', projectWith('y.ts')],
]);

test('decodeQualityCache returns what encodeQualityCache was given', () => {
  const bytes = encodeQualityCache(cache, tags);
  expect(decodeQualityCache(bytes, tags)).toEqual(cache);
  const again = encodeQualityCache(decodeQualityCache(bytes, tags), tags);
  expect(decodeQualityCache(again, tags)).toEqual(cache);
});

test('decodeQualityCache reads bytes at any alignment', () => {
  const bytes = encodeQualityCache(cache, tags);
  for (let offset = 0; offset < 8; offset += 1) {
    const shifted = new Uint8Array(bytes.length + 8).subarray(offset, offset + bytes.length);
    shifted.set(bytes);
    expect(decodeQualityCache(shifted, tags)).toEqual(cache);
  }
});

test('decodeQualityCache returns an empty cache when the tags differ', () => {
  expect(decodeQualityCache(encodeQualityCache(cache, tags), ['TODO', 'HACK']).size).toBe(0);
});

test('decodeQualityCache returns an empty cache when any byte is wrong or missing', () => {
  const bytes = encodeQualityCache(cache, tags);
  for (let index = 0; index < bytes.length; index += 1) {
    const damaged = Uint8Array.from(bytes);
    damaged[index] = (damaged[index] ?? 0) ^ 0x41;
    expect(decodeQualityCache(damaged, tags).size).toBe(0);
    expect(decodeQualityCache(bytes.subarray(0, index), tags).size).toBe(0);
  }
  expect(decodeQualityCache(null, tags).size).toBe(0);
});

test.each([
  ['a table with too few stats', { stats: new Float64Array(1) }],
  ['a table with too many counts', { counts: new Uint32Array(99) }],
  ['a table with an array in place of a typed array', { stats: [0, 0, 0, 0] }],
  ['a table without paths', { paths: undefined }],
])('decodeQualityCache returns an empty cache for %s', (_, change) => {
  const { scan, ...rest } = projectWith('x.ts');
  const sizeWith = (changes: object): number => {
    const projects = new Map([['/a', { ...rest, scan: { ...scan, paths: 'x.ts\0', ...changes } }]]);
    const bytes = encodeCache({ name: 'quality', schemaVersion: 9 }, { tags, projects });
    return decodeQualityCache(bytes, tags).size;
  };
  expect(sizeWith({})).toBe(1);
  expect(sizeWith(change)).toBe(0);
});
