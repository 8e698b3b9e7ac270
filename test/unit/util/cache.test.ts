import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeCache, encodeCache } from '../../../src/util/cache.ts';

const stamp = { name: 'test', schemaVersion: 1 };
const value = { list: [1, null, 'x'], map: new Map([['__proto__', 2n]]), rows: Uint32Array.of(7) };

describe('decodeCache', () => {
  test('returns the encoded value', () => {
    expect(decodeCache(stamp, encodeCache(stamp, value))).toEqual(value);
  });

  test('returns the value of bytes at an odd offset of their buffer', () => {
    const bytes = encodeCache(stamp, value);
    const shifted = Buffer.concat([Buffer.from([0]), bytes]).subarray(1);
    expect(decodeCache(stamp, shifted)).toEqual(value);
  });

  test.each([10, 100_000])('uses the CRC-32 of zlib for a value of %i bytes', (length) => {
    const text = '7'.repeat(length);
    const bytes = encodeCache(stamp, text);
    expect(bytes.readUInt32LE(4)).toBe(crc32(bytes.subarray(8)));
    expect(decodeCache(stamp, bytes)).toBe(text);
  });

  test('returns null for null and for no bytes', () => {
    expect(decodeCache(stamp, null)).toBeNull();
    expect(decodeCache(stamp, Buffer.alloc(0))).toBeNull();
  });

  test.each([
    ['name', { ...stamp, name: 'other' }],
    ['schemaVersion', { ...stamp, schemaVersion: 2 }],
  ])('returns null for a cache with another %s', (_what, other) => {
    expect(decodeCache(other, encodeCache(stamp, value))).toBeNull();
  });

  test('returns null whichever byte is damaged', () => {
    const bytes = encodeCache(stamp, value);
    for (const index of bytes.keys()) {
      const damaged = Buffer.from(bytes);
      damaged[index] = (damaged[index] ?? 0) ^ 0x10;
      expect(decodeCache(stamp, damaged), `byte ${String(index)}`).toBeNull();
    }
  });

  test('returns null wherever the bytes end early', () => {
    const bytes = encodeCache(stamp, value);
    for (const length of bytes.keys()) {
      expect(decodeCache(stamp, bytes.subarray(0, length)), `${String(length)} bytes`).toBeNull();
    }
  });
});
