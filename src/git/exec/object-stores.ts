import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isNotFound } from '../../util/errors.ts';
import { readGitDirText, toRepositoryError } from '../gitdir/read-gitdir-file.ts';
import { trackRead } from '../gitdir/tracked-reads.ts';
import { RepositoryError } from '../repository.ts';

/** More stores than a repository borrows from, in more steps than git follows. */
const maxStores = 16;

/**
 * Returns the object store of a repository and those that it borrows from, directly and indirectly
 * (gitrepository-layout(5), `info/alternates`). Null if there are too many. Throws `RepositoryError`.
 */
export function listObjectStores(commonDir: string): readonly string[] | null {
  const stores = new Set([join(commonDir, 'objects')]);
  // The iteration includes the stores that it adds.
  for (const store of stores) {
    const path = join(store, 'info/alternates');
    assertRegularFile(path);
    const alternates = readGitDirText(path) ?? '';
    for (const line of alternates.split('\n')) if (line !== '') stores.add(resolve(store, line));
    if (stores.size > maxStores) return null;
  }
  return [...stores];
}

/**
 * Throws `RepositoryError` if git would block on a file of the object stores: a FIFO in place of a list of
 * alternates, a pack, its index or HEAD's commit. Other objects are not checked; the time limit applies to them.
 */
export function assertRegularObjects(commonDir: string, oid: string | null): void {
  const stores = listObjectStores(commonDir);
  if (stores === null) {
    throw new RepositoryError('invalid-git-dir', 'untrusted', 'too many alternate object stores');
  }
  for (const store of stores) {
    assertRegularPacks(join(store, 'pack'));
    if (oid !== null) assertRegularTarget(join(store, oid.slice(0, 2), oid.slice(2)));
  }
}

function assertRegularPacks(dir: string): void {
  try {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (!entry.isFile() && !entry.isDirectory()) assertRegularTarget(join(dir, entry.name));
    }
  } catch (error) {
    if (!isNotFound(error)) throw toRepositoryError(error, dir);
  }
}

/** Follows links: links to packs of another repository are common. */
function assertRegularTarget(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw notRegular(path);
  } catch (error) {
    throw toRepositoryError(error, path);
  }
}

/** git blocks on a FIFO at such a path and follows a link out of the repository. */
export function assertRegularFile(path: string): void {
  trackRead(path);
  let stats;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw toRepositoryError(error, path);
  }
  if (stats !== undefined && !stats.isFile()) throw notRegular(path);
}

const notRegular = (path: string): RepositoryError =>
  new RepositoryError('invalid-git-dir', 'untrusted', `${path} is not a regular file`);
