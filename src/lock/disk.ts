// eslint-disable-next-line no-restricted-imports -- Synchronous on purpose: see performOnDisk.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { errnoOf, UserError } from '../util/errors.ts';
import { FileError, toFileError } from '../util/fs.ts';
import { hasCommitSync } from '../store/commit.ts';
import type { System } from '../system/system.ts';
import { isMarked, mark, type InstantOperation, type Result } from './states.ts';

/**
 * Performs an operation on the real disk. Synchronously, because the exit hook releases with the same
 * code, and because a rename under way at exit would make a lock that nobody knows of.
 * Throws `UserError` IO for what is no answer: no permission, a full or read-only disk.
 */
export function performOnDisk(data: string, operation: InstantOperation, system: System): Result {
  try {
    return perform(data, operation, system.now());
  } catch (error) {
    const result = resultOf(errnoOf(error), operation, system);
    if (result !== null) return result;
    // The folder is what a person can mend; the names in it mean nothing to them.
    const cause = toFileError(error, data);
    if (!(cause instanceof FileError)) throw cause;
    throw new UserError('io', cause.message, { cause });
  }
}

function perform(data: string, operation: InstantOperation, now: Date): Result {
  if (operation.do === 'move') {
    fs.renameSync(join(data, operation.from), join(data, operation.to));
    return { is: 'done' };
  }
  const path = join(data, operation.path);
  switch (operation.do) {
    case 'stat': {
      const stats = fs.lstatSync(path);
      const ageMs = now.getTime() - stats.mtimeMs;
      if (!stats.isDirectory()) return { is: 'file', ageMs };
      return { is: 'folder', ageMs, isMarked: isMarked(stats) };
    }
    case 'has-commit':
      return { is: hasCommitSync(path) ? 'done' : 'absent' };
    case 'list':
      return { is: 'names', names: fs.readdirSync(path) };
    case 'make':
      // Not recursive: that says ENOENT on a read-only disk, and would make a stage that was lost.
      fs.mkdirSync(path);
      break;
    case 'mark':
      fs.chmodSync(path, fs.lstatSync(path).mode | mark);
      break;
    case 'touch':
      fs.utimesSync(path, now, now);
      break;
    case 'unlink':
      fs.unlinkSync(path);
      break;
    case 'remove':
      fs.rmdirSync(path);
      break;
    case 'clear':
      // Follows no links. Tries again while a child of a killed owner still writes into it.
      fs.rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 10 });
      break;
  }
  return { is: 'done' };
}

function resultOf(
  errno: string | null,
  operation: InstantOperation,
  { platform }: System,
): Result | null {
  if (errno === 'ENOENT') return { is: 'absent' };
  // What can't be removed whole is no answer: whoever goes on would leave it to others.
  if (errno === null || operation.do === 'clear') return null;
  if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes(errno)) return { is: 'occupied' };
  // So macOS refuses to unlink a folder, and Windows to rename onto one, or what somebody has open.
  const refusals: Partial<Record<NodeJS.Platform, readonly string[]>> =
    operation.do === 'move'
      ? { win32: ['EPERM', 'EACCES', 'EBUSY'] }
      : operation.do === 'unlink'
        ? { darwin: ['EPERM'], win32: ['EPERM'] }
        : {};
  return refusals[platform]?.includes(errno) === true ? { is: 'occupied' } : null;
}
