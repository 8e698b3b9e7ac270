import { createHash } from 'node:crypto';
import { readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openRegularFileSync, isRacy } from '../../util/fs-sync.ts';
import type { UserConfig } from '../config/user-config.ts';
import { listObjectStores } from '../exec/object-stores.ts';
import { configFiles, listSharedIndexes } from '../exec/sandbox-gitdir.ts';
import type { OpenRepository } from '../open-repository.ts';
import { RepositoryError } from '../repository.ts';
import { toRepositoryError } from './read-gitdir-file.ts';
import { trackRead } from './tracked-reads.ts';

const checksumBytes = 32;

/**
 * Returns a hash of everything in the git directory that git's output depends on: the files of the sandbox, the
 * index and the object store. Null if a change of it could go unnoticed: the index is split, or something was
 * modified a moment ago. Throws `RepositoryError`.
 */
export function repositoryFingerprint(repository: OpenRepository, nowMs: number): string | null {
  const { workTree, gitDir, commonDir, objectStore } = repository;
  if (objectStore === null || listSharedIndexes(gitDir).length > 0) return null;
  const index = indexKey(join(gitDir, 'index'), nowMs);
  if (index === null) return null;
  const hash = createHash('sha256');
  for (const part of [workTree, gitDir, commonDir, objectStore, index]) hash.update(`${part}\0`);
  for (const [name, content] of configFiles(repository, new Map())) {
    hash.update(`${name}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest('base64url');
}

/** Returns the same for the user's git configuration and the files that it names. */
export function userConfigFingerprint(config: UserConfig, nowMs: number): string | null {
  const files = ['core.excludesfile', 'core.attributesfile'].map((name) =>
    fileKey(config.get(name) ?? '', nowMs),
  );
  if (files.includes(null)) return null;
  return createHash('sha256')
    .update(JSON.stringify([...config, ...files]))
    .digest('base64url');
}

/**
 * Returns a key that changes when HEAD's commit or a pack is removed from the object store or from the stores
 * that it borrows from: the stats of the directories that contain them. A cached fact must not outlive the
 * objects that it was read from. Null if a change could go unnoticed.
 */
export function objectStoreKey(
  commonDir: string,
  oid: string | null,
  nowMs: number,
): string | null {
  try {
    const keys: (string | null)[] = [];
    for (const store of listObjectStores(commonDir) ?? []) {
      for (const name of ['', 'pack', oid?.slice(0, 2) ?? '']) {
        keys.push(fileKey(join(store, name), nowMs));
      }
    }
    return keys.length === 0 || keys.includes(null) ? null : keys.join('\n');
  } catch (error) {
    // git reports the reason when it needs an object.
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}

/**
 * Returns a key that changes when a file, links followed, is changed or replaced. Null if a change could go
 * unnoticed: it was modified a moment ago or can't be read.
 */
export function fileKey(path: string, nowMs: number): string | null {
  if (path === '') return 'none';
  trackRead(path);
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'none';
    if (isRacy(stats, nowMs)) return null;
    return [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].map(String).join(' ');
  } catch (error) {
    const problem = toRepositoryError(error, path);
    if (!(problem instanceof RepositoryError)) throw problem;
    return problem.code === 'enotdir' ? 'none' : null;
  }
}

/** The stats of the index and its checksum, which are its last bytes unless `index.skipHash` is set. */
function indexKey(path: string, nowMs: number): string | null {
  trackRead(path);
  try {
    using file = openRegularFileSync(path);
    // A repository has no index before its first `git add`.
    if (file === null) return 'none';
    const { fd, stats } = file;
    if (stats.size < checksumBytes) return null;
    const end = Buffer.alloc(checksumBytes);
    readSync(fd, end, 0, checksumBytes, stats.size - checksumBytes);
    if (end.subarray(-20).every((byte) => byte === 0) && isRacy(stats, nowMs)) return null;
    return `${String(stats.ino)} ${String(stats.size)} ${String(stats.mtimeMs)} ${end.toString('hex')}`;
  } catch (error) {
    throw toRepositoryError(error, path);
  }
}
