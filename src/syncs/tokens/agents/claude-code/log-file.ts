import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { crc32 } from 'node:zlib';
import { FileError, toFileError } from '../../../../util/fs.ts';
import type { Checkpoint } from './state.ts';

export interface OpenLog extends Disposable {
  readonly fd: number;
  readonly stats: Stats;
}

/** Enough to tell two logs apart that are of the same length up to there. */
const tailBytes = 256;

/** Opens a log. Never hangs, follows no link. Throws `FileError` for anything but a regular file. */
export function openLog(path: string): OpenLog {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    throw toFileError(error, path);
  }
  const stats = fstatSync(fd);
  if (!stats.isFile()) {
    closeSync(fd);
    throw new FileError('ENXIO', path, 'is not a regular file');
  }
  return {
    fd,
    stats,
    [Symbol.dispose]: () => {
      closeSync(fd);
    },
  };
}

/** Whether an open log only has more lines than at the checkpoint. Throws system errors. */
export function isContinued({ fd, stats }: OpenLog, checkpoint: Checkpoint): boolean {
  const { inode, offset, tail } = checkpoint;
  return stats.ino === inode && stats.size >= offset && tailOf(fd, offset) === tail;
}

/** Checksum of the last bytes before an offset. Throws system errors. */
export function tailOf(fd: number, offset: number): number {
  const length = Math.min(tailBytes, offset);
  const bytes = Buffer.alloc(length);
  const bytesRead = readSync(fd, bytes, 0, length, offset - length);
  return crc32(bytes.subarray(0, bytesRead));
}
