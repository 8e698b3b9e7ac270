import { isUtf8 } from 'node:buffer';
import { sep } from 'node:path';
import { RepositoryError } from './repository.ts';

/** Empty components, `.`, `..` and `.git`: git never tracks a path that contains one. */
const forbiddenComponent = /(?:^|\/)(?:\.{1,2}|\.git)?(?:\/|$)/i;

/**
 * Decodes the path of a tracked file. Returns null if it is not UTF-8: it can't be represented in JSON. Throws
 * `RepositoryError` for a path that leaves the work tree, which only a forged index contains.
 */
export function decodePath(bytes: Buffer, start: number, end: number): string | null {
  const path = decodeUntrackedPath(bytes, start, end);
  if (path === null) return null;
  if (forbiddenComponent.test(path) || (sep === '\\' && path.includes(sep))) {
    const message = '.git/index names a file outside the work tree';
    throw new RepositoryError('broken-index', 'untrusted', message);
  }
  return path;
}

/** Decodes the path of an untracked file, which git found in a directory. Returns null if it is not UTF-8. */
export function decodeUntrackedPath(bytes: Buffer, start: number, end: number): string | null {
  const path = bytes.toString('utf8', start, end);
  return path.includes('\ufffd') && !isUtf8(bytes.subarray(start, end)) ? null : path;
}

/** Yields start and end of the NUL-terminated records of git's `-z` output. */
export function* nulRecords(output: Buffer): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < output.length;) {
    const terminator = output.indexOf(0, start);
    const end = terminator < 0 ? output.length : terminator;
    yield [start, end];
    start = end + 1;
  }
}

/** The parent directory of a relative path; `''` is the work tree itself. */
export const parentDir = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The last component of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Appends a name to a relative path. */
export const joinPath = (dir: string, name: string): string =>
  dir === '' ? name : `${dir}/${name}`;

/** Joins paths into one string in which each is terminated by NUL: the compact form of a long list. */
export const joinPaths = (paths: readonly string[]): string =>
  paths.map((path) => `${path}\0`).join('');

export const splitPaths = (joined: string): readonly string[] => joined.split('\0').slice(0, -1);
