import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { OpenFile } from '../../../../util/fs-sync.ts';
import type { Checkpoint } from '../state.ts';

/** Enough to distinguish two logs that have the same length up to there. */
const tailBytes = 256;

/** Whether an open log only has more lines than at the checkpoint. Throws system errors. */
export function isContinued({ fd, stats }: OpenFile, checkpoint: Checkpoint): boolean {
  const { inode, offset, tail } = checkpoint;
  return stats.ino === inode && stats.size >= offset && tailChecksum(fd, offset) === tail;
}

/** Returns the checksum of the last bytes before an offset. Throws system errors. */
export function tailChecksum(fd: number, offset: number): number {
  const length = Math.min(tailBytes, offset);
  const bytes = Buffer.alloc(length);
  const bytesRead = readSync(fd, bytes, 0, length, offset - length);
  return crc32(bytes.subarray(0, bytesRead));
}
