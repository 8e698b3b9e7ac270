import { RepositoryError } from './repository.ts';

/** A path that git tracks as a regular file, as bytes relative to the work tree. */
export interface IndexEntry {
  readonly path: Buffer;
}

const headerBytes = 12;
/** ctime, mtime, dev, ino, mode, uid, gid, size: ten 32-bit numbers before the object id. */
const statBytes = 40;
const modeOffset = 24;
const extendedFlag = 0x4000;
const nameMask = 0x0fff;
const typeMask = 0xf000;
const regularFile = 0x8000;

/**
 * Reads the tracked regular files from a git index (gitformat-index(5), versions 2 to 4); links and
 * submodules are left out. Answers null for an index that only git itself can read (split or sparse).
 * Throws `RepositoryError` broken-index.
 */
export function parseIndex(index: Buffer, format: 'sha1' | 'sha256'): readonly IndexEntry[] | null {
  const idBytes = format === 'sha1' ? 20 : 32;
  const version = index.length >= headerBytes ? index.readUInt32BE(4) : 0;
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) throw broken();
  const count = index.readUInt32BE(8);
  const end = index.length - idBytes;
  const entries: IndexEntry[] = [];
  let previous: Buffer = Buffer.alloc(0);
  let lastStaged = '';
  let at = headerBytes;
  for (let number = 0; number < count; number += 1) {
    const flagsAt = at + statBytes + idBytes;
    if (flagsAt + 2 > end) throw broken();
    const mode = index.readUInt32BE(at + modeOffset);
    const flags = index.readUInt16BE(flagsAt);
    const nameAt = flagsAt + ((flags & extendedFlag) === 0 ? 2 : 4);
    let path: Buffer;
    if (version === 4) {
      const strip = readOffset(index, nameAt, end);
      const terminator = index.indexOf(0, strip.next);
      if (terminator < 0 || terminator >= end || strip.value > previous.length) throw broken();
      const kept = previous.subarray(0, previous.length - strip.value);
      path = Buffer.concat([kept, index.subarray(strip.next, terminator)]);
      at = terminator + 1;
    } else {
      const short = flags & nameMask;
      const nameEnd = short < nameMask ? nameAt + short : index.indexOf(0, nameAt);
      if (nameEnd < nameAt || nameEnd >= end) throw broken();
      path = index.subarray(nameAt, nameEnd);
      // One to eight NULs follow, so that entries start at multiples of eight.
      at += (nameEnd - at + 8) & ~7;
    }
    previous = path;
    // A conflict lists a path up to three times, a folder entry of a sparse index ends in a slash.
    if (path.at(-1) === 0x2f) return null;
    const name = path.toString('latin1');
    if ((mode & typeMask) === regularFile && name !== lastStaged) entries.push({ path });
    lastStaged = name;
  }
  return hasUnknownExtension(index, at, end) ? null : entries;
}

/** The variable-width number of version 4 (the same as in a pack's OFS_DELTA). */
function readOffset(index: Buffer, at: number, end: number): { value: number; next: number } {
  let next = at;
  let value = 0;
  for (;;) {
    if (next >= end) throw broken();
    const byte = index.readUInt8(next);
    next += 1;
    value += byte & 0x7f;
    if ((byte & 0x80) === 0) return { value, next };
    value = (value + 1) * 128;
  }
}

/** Extensions whose name starts with a lower-case letter change the meaning of what stands before. */
function hasUnknownExtension(index: Buffer, start: number, end: number): boolean {
  for (let at = start; at + 8 <= end; at += 8 + index.readUInt32BE(at + 4)) {
    if (index.readUInt8(at) >= 0x61) return true;
  }
  return false;
}

const broken = (): RepositoryError =>
  new RepositoryError('broken-index', 'error', '.git/index is damaged');
