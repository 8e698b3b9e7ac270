import { isUtf8 } from 'node:buffer';
import { sep } from 'node:path';
import { RepositoryError } from './repository.ts';

/** An empty part, `.`, `..` and `.git`: git itself never lists what they would lead to. */
const forbiddenPart = /(?:^|\/)(?:\.{1,2}|\.git)?(?:\/|$)/i;

/**
 * A listed path as text. Null for one that is not UTF-8: no JSON can hold it, so such a file is left out.
 * Throws `RepositoryError` for a path that would lead out of the work tree; only a forged list has one.
 */
export function listedPath(bytes: Buffer, start: number, end: number): string | null {
  const path = bytes.toString('utf8', start, end);
  if (path.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) return null;
  if (forbiddenPart.test(path) || (sep === '\\' && path.includes(sep))) {
    const message = '.git/index names a file outside the work tree';
    throw new RepositoryError('broken-index', 'untrusted', message);
  }
  return path;
}

/** The NUL-terminated records of git's `-z` output, as start and end. */
export function* records(output: Buffer): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < output.length;) {
    const terminator = output.indexOf(0, start);
    const end = terminator < 0 ? output.length : terminator;
    yield [start, end];
    start = end + 1;
  }
}

/** The folder of a relative path; `''` for the work tree itself. */
export const parentDir = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The path of a name in a folder. */
export const joinPath = (folder: string, name: string): string =>
  folder === '' ? name : `${folder}/${name}`;

/** The paths in bytes of UTF-8, each ended by NUL. */
export const splitPaths = (bytes: Uint8Array): readonly string[] =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split('\0').slice(0, -1);
