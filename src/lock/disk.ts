// eslint-disable-next-line no-restricted-imports -- Synchronous on purpose: see performOnDisk.
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../util/errors.ts';
import { toFileError, toIoError } from '../util/fs.ts';
import { ignoreUnsupported } from '../util/fs-write.ts';
import { hasCommit } from '../store/commit.ts';
import type { System } from '../system/system.ts';
import { isMarked, mark, type SyncOperation, type Result } from './states.ts';

/**
 * Performs an operation on the disk. Synchronous, because the exit hook uses the same code and because a rename in
 * progress at exit would create a lock that no process releases. Throws `UserError` with code `io` for errors that
 * are not results, such as EACCES, ENOSPC and EROFS.
 */
export function performOnDisk(data: string, operation: SyncOperation, system: System): Result {
  try {
    return perform(data, operation, system);
  } catch (error) {
    const result = resultOf(errnoOf(error), operation, system);
    if (result !== null) return result;
    // Report data/, which a user can fix, instead of the generated names in it.
    throw toIoError(toFileError(error, data));
  }
}

function perform(data: string, operation: SyncOperation, system: System): Result {
  if (operation.type === 'rename') {
    fs.renameSync(join(data, operation.from), join(data, operation.to));
    return { type: 'done' };
  }
  const path = join(data, operation.path);
  const now = system.now();
  switch (operation.type) {
    case 'stat': {
      const stats = fs.lstatSync(path);
      const ageMs = now.getTime() - stats.mtimeMs;
      if (!stats.isDirectory()) return { type: 'file', ageMs };
      return { type: 'dir', ageMs, mtimeMs: stats.mtimeMs, isMarked: isMarked(stats, system) };
    }
    case 'has-commit':
      return { type: hasCommit(path) ? 'done' : 'absent' };
    case 'list':
      return { type: 'names', names: fs.readdirSync(path) };
    case 'mkdir':
      // Not recursive: that reports ENOENT on a read-only disk, and would recreate a lost stage.
      fs.mkdirSync(path);
      break;
    case 'mark':
      try {
        fs.chmodSync(path, fs.lstatSync(path).mode | mark);
      } catch (error) {
        // Without the mark, the directory of a process that is killed while it releases the lock is replaced later.
        ignoreUnsupported(error);
      }
      break;
    case 'touch':
      fs.utimesSync(path, now, now);
      break;
    case 'unlink':
      fs.unlinkSync(path);
      break;
    case 'rmdir':
      fs.rmdirSync(path);
      break;
    case 'remove-tree':
      // Retries, because a child process of a killed owner may still write into it.
      fs.rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 10 });
      break;
  }
  return { type: 'done' };
}

function resultOf(
  errno: string | null,
  operation: SyncOperation,
  { platform }: System,
): Result | null {
  if (errno === 'ENOENT') return { type: 'absent' };
  const isClaim = operation.type === 'rename' && dirname(operation.from) !== '.';
  if (errno === 'EXDEV' && isClaim) return { type: 'lower-layer' };
  // An incomplete removal is an error: the remaining files would never be removed.
  if (errno === null || operation.type === 'remove-tree') return null;
  if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes(errno)) return { type: 'occupied' };
  // macOS and Windows return EPERM for unlinking a directory; Windows returns these codes also for renaming onto a
  // directory or renaming an open file.
  const refusals: Partial<Record<NodeJS.Platform, readonly string[]>> =
    operation.type === 'rename'
      ? { win32: ['EPERM', 'EACCES', 'EBUSY'] }
      : operation.type === 'unlink'
        ? { darwin: ['EPERM'], win32: ['EPERM'] }
        : {};
  return refusals[platform]?.includes(errno) === true ? { type: 'occupied' } : null;
}
