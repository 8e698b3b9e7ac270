import type { Pause } from '../pause.ts';
import { listedPath } from './paths.ts';
import { RepositoryError } from './repository.ts';

const headerBytes = 12;
/** ctime, mtime, dev, ino, mode, uid, gid, size: ten 32-bit numbers before the object id. */
const statBytes = 40;
const modeOffset = 24;
const extendedFlag = 0x4000;
const lengthMask = 0x0fff;
const typeMask = 0xf000;
const regularFile = 0x8000;
const slash = 0x2f;
/** No file system takes longer paths; and version 4 could tell of gigabytes of them in a small index. */
const maxPathBytes = 4096;
const maxPathBytesInAll = 256 * 1024 * 1024;

/**
 * Reads the paths of the tracked regular files from a git index (gitformat-index(5), versions 2 to 4);
 * links and submodules are left out. Answers null for an index that only git itself can read: a split
 * or sparse one, or one with an extension that must be understood. Throws `RepositoryError` broken-index.
 */
export async function parseIndex(
  index: Buffer,
  format: 'sha1' | 'sha256',
  pause: Pause,
): Promise<readonly string[] | null> {
  const idBytes = format === 'sha1' ? 20 : 32;
  const version = index.length >= headerBytes + idBytes ? index.readUInt32BE(4) : 0;
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) throw broken();
  const count = index.readUInt32BE(8);
  // A checksum ends the file.
  const end = index.length - idBytes;
  const paths: string[] = [];
  const name = Buffer.alloc(maxPathBytes);
  let length = 0;
  let lengthInAll = 0;
  let last: string | null = null;
  let at = headerBytes;
  for (let number = 0; number < count; number += 1) {
    if (number % 1000 === 999) await pause();
    const flagsAt = at + statBytes + idBytes;
    if (flagsAt + 2 > end) throw broken();
    const isFile = (index.readUInt32BE(at + modeOffset) & typeMask) === regularFile;
    const flags = index.readUInt16BE(flagsAt);
    const nameAt = flagsAt + ((flags & extendedFlag) === 0 ? 2 : 4);
    let from = nameAt;
    let kept = 0;
    if (version === 4) {
      // The path is told as what differs from the one before: so many bytes less, then these.
      const strip = readOffset(index, nameAt, end);
      from = strip.next;
      kept = length - strip.value;
    }
    const to = nameEnd(index, version < 4 ? flags & lengthMask : lengthMask, from);
    length = kept + to - from;
    lengthInAll += length;
    if (kept < 0 || to < from || to >= end) throw broken();
    if (length > maxPathBytes || lengthInAll > maxPathBytesInAll) throw broken();
    index.copy(name, kept, from, to);
    // A split index has its names elsewhere; a sparse one has folders in the place of all their files.
    if (length === 0 || name[length - 1] === slash) return null;
    const path = listedPath(name, 0, length);
    // A conflict lists a path up to three times in a row.
    if (isFile && path !== null && path !== last) paths.push(path);
    last = path;
    // One to eight NULs follow, so that entries start at multiples of eight; but one in version 4.
    at = version === 4 ? to + 1 : at + ((to - at + 8) & ~7);
  }
  return needsGit(index, at, end) ? null : paths;
}

/** Where a name ends: after the length that its flags tell, or at the next NUL if it is too long for that. */
const nameEnd = (index: Buffer, told: number, from: number): number =>
  told < lengthMask ? from + told : index.indexOf(0, from);

/** The variable-width number of version 4 (the same as in a pack's OFS_DELTA). */
function readOffset(index: Buffer, at: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let next = at; next < end; next += 1) {
    const byte = index.readUInt8(next);
    value += byte & 0x7f;
    if ((byte & 0x80) === 0) return { value, next: next + 1 };
    value = (value + 1) * 128;
    if (value > maxPathBytes * 128) break;
  }
  throw broken();
}

/** Extensions whose name starts with a small letter change the meaning of what stands before them. */
function needsGit(index: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at + 8 <= end) {
    if (index.readUInt8(at) >= 0x61) return true;
    at += 8 + index.readUInt32BE(at + 4);
  }
  if (at !== end) throw broken();
  return false;
}

const broken = (): RepositoryError =>
  new RepositoryError('broken-index', 'error', '.git/index is damaged');
