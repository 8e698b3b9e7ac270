import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  decodeCache,
  encodeCache,
  type ProjectCache,
  type QualityCache,
} from '../../../../src/syncs/quality/quality-cache.ts';
import { rowLength } from '../../../../src/syncs/quality/todo/scan-table.ts';

const scan = (...paths: string[]): ProjectCache => ({
  scan: {
    paths,
    rows: Float64Array.from({ length: paths.length * rowLength }, (_, index) => index + 0.25),
  },
  coverage: null,
  lighthouse: {
    key: 'k',
    outcome: {
      ...{ score: 1, performance: null, accessibility: null, bestPractices: null, seo: null },
      ...{ urls: ['é'], runs: 1, rule: 'single', fetchTime: 5, tracked: false, reason: null },
      problems: [],
    },
  },
});
const cache = new Map([
  ['/a', scan('x.ts', 'line\nfeed.ts', 'é/ü.ts')],
  ['/empty', scan()],
  ['/b', scan('y.ts')],
]);

/** A table may bring its paths in bytes too. */
const plain = (read: QualityCache): QualityCache =>
  new Map(
    [...read].map(
      ([
        path,
        {
          scan: { paths, rows },
          ...rest
        },
      ]) => [path, { ...rest, scan: { paths, rows } }],
    ),
  );

test('gives back what it was given', () => {
  expect(plain(decodeCache(encodeCache(cache, 'rules'), 'rules'))).toEqual(cache);
  const again = encodeCache(decodeCache(encodeCache(cache, 'rules'), 'rules'), 'rules');
  expect(again).toEqual(encodeCache(cache, 'rules'));
});

test('reads bytes at any alignment', () => {
  const bytes = encodeCache(cache, 'rules');
  for (let offset = 0; offset < 8; offset += 1) {
    const shifted = new Uint8Array(bytes.length + 8).subarray(offset, offset + bytes.length);
    shifted.set(bytes);
    expect(plain(decodeCache(shifted, 'rules'))).toEqual(cache);
  }
});

test('is empty when it was made by other rules', () => {
  expect(decodeCache(encodeCache(cache, 'rules'), 'others').size).toBe(0);
});

test('is empty when any byte is wrong or missing', () => {
  const bytes = encodeCache(cache, 'rules');
  for (let index = 0; index < bytes.length; index += 1) {
    const broken = Uint8Array.from(bytes);
    broken[index] = (broken[index] ?? 0) ^ 0x41;
    expect(decodeCache(broken, 'rules').size).toBe(0);
    expect(decodeCache(bytes.subarray(0, index), 'rules').size).toBe(0);
  }
  expect(decodeCache(null, 'rules').size).toBe(0);
  expect(decodeCache(Buffer.from('nonsense that is longer than a prefix'), 'rules').size).toBe(0);
});

test('is nothing or a cache when it was forged, checksum and all', () => {
  const bytes = encodeCache(cache, 'rules');
  const headEnd = 16 + Buffer.from(bytes).readUInt32LE(4);
  for (let at = 4; at < headEnd; at += 1) {
    for (const byte of [0, 0x22, 0x39, 0xff]) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(byte, at);
      forged.writeUInt32LE(crc32(forged.subarray(4)), 0);
      expect(decodeCache(forged, 'rules').size).toBeLessThanOrEqual(cache.size);
    }
  }
});
