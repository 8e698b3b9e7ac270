import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { join } from 'node:path';
import { openRegularFileSync } from '../../util/fs.ts';
import { isRacy, statOrNull } from '../worktree/stat-rows.ts';
import type { OpenRepository } from '../open-repository.ts';
import { toRepositoryError } from './read-gitdir-file.ts';
import { sharedIndexes, smallFiles } from '../exec/sandbox-gitdir.ts';
import type { UserConfig } from '../config/user-config.ts';

/** Raised when the same state of a repository is to be asked for anew. */
const version = 1;
const checksumBytes = 32;

/**
 * A short text for all that git's answers about a repository depend on, but for its work tree and the
 * settings of the user: what the synthetic folder would hold, and the index. Null where that can't be told:
 * the index is split, or was written a moment ago without a checksum. Throws `RepositoryError`.
 */
export function fingerprintOf(repository: OpenRepository, nowMs: number): string | null {
  if (sharedIndexes(repository.gitDir).length > 0) return null;
  const index = indexIdentity(join(repository.gitDir, 'index'), nowMs);
  if (index === null) return null;
  const hash = createHash('sha256');
  const { workTree, gitDir: gitFolder, commonDir: commonFolder } = repository;
  for (const part of [String(version), workTree, gitFolder, commonFolder, index]) {
    hash.update(`${part}\0`);
  }
  for (const [name, content] of smallFiles(repository, new Map())) {
    hash.update(`${name}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest('base64url');
}

/** The same for what the user has set, with the lists that it names; null when one was only just written. */
export function userConfigFingerprint(settings: UserConfig, nowMs: number): string | null {
  const lists = ['core.excludesfile', 'core.attributesfile'].map((name) =>
    identityOf(settings.get(name) ?? '', nowMs),
  );
  if (lists.includes(null)) return null;
  return createHash('sha256')
    .update(JSON.stringify([...settings, ...lists]))
    .digest('base64url');
}

/** A text that changes with a file of the user's own; null when it was written a moment ago. */
export function identityOf(path: string, nowMs: number): string | null {
  const stats = path === '' ? null : statOrNull(path);
  if (stats === null) return 'none';
  if (isRacy(stats, nowMs)) return null;
  return [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].map(String).join(' ');
}

/** The stats of the index and its last bytes, which are its checksum unless git was told to write none. */
function indexIdentity(path: string, nowMs: number): string | null {
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
