import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  openRegularFileSync,
  readIntoSync,
  readRegularFileSync,
} from '../../../src/util/fs-sync.ts';

vi.mock('node:fs', { spy: true });

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fs-sync-'));
});

afterEach(() => {
  vi.mocked(fs.openSync).mockRestore();
  rmSync(dir, { recursive: true });
});

const make: Readonly<Record<string, (path: string) => void>> = {
  directory: mkdirSync,
  'symbolic link': (path) => {
    writeFileSync(join(dir, 'target'), 'text');
    symlinkSync(join(dir, 'target'), path);
  },
  FIFO: (path) => void execFileSync('mkfifo', [path]),
  'file over the limit': (path) => {
    writeFileSync(path, 'eleven bytes'.slice(0, 11));
  },
};

describe('readRegularFileSync', () => {
  test('returns the bytes and the stats of a file of exactly maxBytes', () => {
    const path = join(dir, 'file');
    writeFileSync(path, '0123456789');
    const file = readRegularFileSync(path, { maxBytes: 10 });
    expect(file?.bytes.toString()).toBe('0123456789');
    expect(file?.stats.size).toBe(10);
  });

  test('reads past a size of zero, as files of procfs have', () => {
    const file = readRegularFileSync('/proc/self/status', { maxBytes: 65_536 });
    expect(file?.bytes.toString()).toContain('Name:');
  });

  test('returns null when the file is missing', () => {
    expect(readRegularFileSync(join(dir, 'missing'), { maxBytes: 10 })).toBeNull();
  });

  test('returns null when a parent of the path is a file', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(readRegularFileSync(join(dir, 'file', 'child'), { maxBytes: 10 })).toBeNull();
  });

  test.each([
    ['directory', 'EISDIR'],
    ['symbolic link', 'ELOOP'],
    ['FIFO', 'ENXIO'],
    ['file over the limit', 'EFBIG'],
  ])('refuses a %s with %s', (type, code) => {
    const path = join(dir, 'path');
    make[type]?.(path);
    expect(() => readRegularFileSync(path, { maxBytes: 10 })).toThrow(
      expect.objectContaining({ name: 'FileError', code, path }),
    );
  });
});

describe('openRegularFileSync', () => {
  test.each(['EMFILE', 'EACCES', 'EIO'])('throws a FileError when open fails with %s', (code) => {
    const path = join(dir, 'file');
    vi.mocked(fs.openSync).mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    expect(() => openRegularFileSync(path)).toThrow(
      expect.objectContaining({ name: 'FileError', code, path }),
    );
  });

  test('closes the file at the end of a using block', () => {
    writeFileSync(join(dir, 'file'), 'text');
    let fd = -1;
    {
      using file = openRegularFileSync(join(dir, 'file'));
      fd = file?.fd ?? -1;
      expect(file?.stats.size).toBe(4);
    }
    expect(() => fs.fstatSync(fd)).toThrow('EBADF');
  });
});

test('readIntoSync reads a file that fits into the buffer, and refuses links', () => {
  const path = join(dir, 'file');
  writeFileSync(path, 'text');
  const buffer = Buffer.alloc(4);
  expect(readIntoSync(path, buffer)).toMatchObject({ length: 4, stats: { size: 4 } });
  expect(buffer.toString()).toBe('text');
  expect(readIntoSync(path, Buffer.alloc(3))).toMatchObject({ length: null, stats: { size: 4 } });
  expect(readIntoSync(join(dir, 'missing'), buffer)).toBeNull();
  fs.symlinkSync(path, join(dir, 'link'));
  expect(() => readIntoSync(join(dir, 'link'), buffer)).toThrow('is a symbolic link');
  expect(() => readIntoSync(dir, buffer)).toThrow('is a directory');
});
