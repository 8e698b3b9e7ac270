import { statSync, type Stats } from 'node:fs';
import { toRepositoryError } from '../gitdir/read-gitdir-file.ts';
import { RepositoryError } from '../repository.ts';
import { lstatState, type FileState } from '../../util/fs-sync.ts';

/** git reads these files completely into memory; older versions without any limit. */
const maxIgnoreFileBytes = 4 * 1024 * 1024;

/** Throws `RepositoryError` if git must not read a `.gitignore` or `.gitattributes`: it is a FIFO or too large. */
export function assertIgnoreFile(path: string): void {
  const state = lstatState(path);
  if (state !== null && state !== 'unreadable' && isSpecial(state)) {
    throw new RepositoryError('invalid-work-tree', 'untrusted', `${path} is not a regular file`);
  }
  assertIgnoreFileSize(path, ignoreFileBytes(state));
}

/** Throws `RepositoryError` if an ignore file is larger than `maxIgnoreFileBytes`. */
export function assertIgnoreFileSize(path: string, bytes: number): void {
  if (bytes <= maxIgnoreFileBytes) return;
  const message = `${path} is larger than 4 MiB, so it is unknown which files are ignored`;
  throw new RepositoryError('ignore-file-too-large', 'error', message);
}

/** Links are not followed, like git; the size of a directory has no meaning. */
export const ignoreFileBytes = (state: FileState): number =>
  state !== null && state !== 'unreadable' && state.isFile() ? state.size : 0;

/** The same for a file that may be a link. */
export function assertLinkedIgnoreFile(path: string): void {
  if (path === '') return;
  // If it can't be read, git continues without it.
  const stats = statOrNull(path);
  if (stats === null) return;
  if (isSpecial(stats)) {
    throw new RepositoryError('invalid-work-tree', 'error', `${path} is not a regular file`);
  }
  assertIgnoreFileSize(path, ignoreFileBytes(stats));
}

/** Follows links. Returns null for a file that is missing or not accessible. */
function statOrNull(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    const problem = toRepositoryError(error, path);
    if (problem instanceof RepositoryError) return null;
    throw problem;
  }
}

/** Whether git would block on it. */
const isSpecial = (stats: Stats): boolean =>
  !stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink();
