import * as fs from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createDirTree } from '../../../../../src/syncs/quality/project-files/dir-tree.ts';
import { createFileWarnings } from '../../../../../src/syncs/quality/project-files/file-warnings.ts';
import { walkPackage } from '../../../../../src/syncs/quality/project-files/walk-package.ts';
import { FileError } from '../../../../../src/util/fs.ts';

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return { ...original, lstatSync: vi.fn(), readdirSync: vi.fn() };
});

const failWith = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};
const signal = new AbortController().signal;

afterEach(() => {
  vi.resetAllMocks();
});

describe('walkPackage', () => {
  test('rejects when a directory cannot be listed because too many files are open', async () => {
    vi.mocked(fs.readdirSync).mockImplementation(failWith('EMFILE'));
    const warnings = createFileWarnings();
    const tree = createDirTree('/p', warnings);
    await expect(walkPackage(tree, warnings, signal)).rejects.toThrow(/too many open files/);
  });

  test('warns when a directory cannot be listed because permission is denied', async () => {
    vi.mocked(fs.readdirSync).mockImplementation(failWith('EACCES'));
    const warnings = createFileWarnings();
    expect(await walkPackage(createDirTree('/p', warnings), warnings, signal)).toEqual([]);
    expect(warnings.list).toEqual([{ path: '', message: 'permission denied (EACCES)' }]);
  });
});

describe('a directory tree', () => {
  test('warns when a parent directory cannot be searched', () => {
    vi.mocked(fs.lstatSync).mockImplementation(failWith('EACCES'));
    const warnings = createFileWarnings();
    const tree = createDirTree('/p', warnings);
    expect(tree.isRealDir('a/b')).toBe(false);
    expect(tree.isRealDir('a/c')).toBe(false);
    expect(warnings.list).toEqual([{ path: 'a', message: 'permission denied (EACCES)' }]);
  });

  test('does not warn about a directory that does not exist', () => {
    vi.mocked(fs.lstatSync).mockReturnValue(undefined);
    vi.mocked(fs.readdirSync).mockImplementation(failWith('ENOENT'));
    const warnings = createFileWarnings();
    const tree = createDirTree('/p', warnings);
    expect(tree.isRealDir('a')).toBe(false);
    expect(tree.list('')).toEqual([]);
    expect(warnings.list).toEqual([]);
  });

  test('throws when a file cannot be examined', () => {
    vi.mocked(fs.lstatSync).mockImplementation(failWith('EACCES'));
    const tree = createDirTree('/p', createFileWarnings());
    expect(() => tree.stat('lcov.info')).toThrow(FileError);
  });
});

describe('file warnings', () => {
  test('guard rejects when the machine has no file descriptors left', async () => {
    const warnings = createFileWarnings();
    const error = new FileError('EMFILE', '/p/lcov.info', 'too many open files (EMFILE)');
    await expect(warnings.guard('lcov.info', () => Promise.reject(error))).rejects.toBe(error);
    expect(warnings.list).toEqual([]);
  });
});
