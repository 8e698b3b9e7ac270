import type { YieldToEventLoop } from '../../util/async.ts';
import { listedPath } from '../paths.ts';
import { RepositoryError } from '../repository.ts';

const headerBytes = 12;
/** Ten numbers before the object id. */
const statBytes = 40;
const extendedFlag = 0x4000;
/** Assume-valid, extended (skip-worktree, intent to add) and the stage of a conflict. */
const markMask = 0xf000;
const lengthMask = 0x0fff;
const slash = 0x2f;
/** No file system takes longer paths; and version 4 could tell of gigabytes of them in a small index. */
const maxPathBytes = 4096;
const maxPathBytesInAll = 256 * 1024 * 1024;

/** What an index says of the work tree when git last compared the two. */
export interface GitIndex {
  /** Files, links and submodules, each once, in git's order. A name that is not UTF-8 is left out. */
  readonly paths: readonly string[];
  /** Of each path: the kind of entry and the permission to execute (`fileMode`). */
  readonly modes: Uint32Array;
  /** Of the path with this number: what git saw of the file when it last compared the two. */
  readonly statsOf: (number: number) => IndexedStats;
  /** Whether every name is UTF-8. */
  readonly isComplete: boolean;
  /** Whether no entry is in conflict or marked in a way that changes what its stats mean. */
  readonly isPlain: boolean;
  /** The tree that a commit of this index would have, where git has noted it. */
  readonly tree: string | null;
}

/** Size (-1 where git must look into the file), times in ms since 1970, the lower 32 bits of the inode. */
export interface IndexedStats {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** The modes of index entries. */
export const fileMode = {
  ...{ regular: 0o100644, executable: 0o100755, link: 0o120000, submodule: 0o160000 },
} as const;

/** Whether an entry is a regular file. */
export const isRegular = (mode: number | undefined): boolean =>
  mode === fileMode.regular || mode === fileMode.executable;

/**
 * Reads a git index (gitformat-index(5), versions 2 to 4). Answers null for one that only git itself can
 * read: a split or sparse one, or one with an extension that must be understood.
 * Throws `RepositoryError` broken-index.
 */
export async function parseIndex(
  index: Buffer,
  format: 'sha1' | 'sha256',
  pause: YieldToEventLoop,
): Promise<GitIndex | null> {
  const idBytes = format === 'sha1' ? 20 : 32;
  const version = index.length >= headerBytes + idBytes ? index.readUInt32BE(4) : 0;
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) throw broken();
  const count = index.readUInt32BE(8);
  // A checksum ends the file.
  const end = index.length - idBytes;
  if (count * (statBytes + idBytes + 2) > end) throw broken();
  const paths: string[] = [];
  const modes = new Uint32Array(count);
  const places = new Uint32Array(count);
  const name = Buffer.alloc(maxPathBytes);
  let isWhole = true;
  let isPlain = true;
  let length = 0;
  let lengthInAll = 0;
  let last: string | null = null;
  let at = headerBytes;
  for (let number = 0; number < count; number += 1) {
    if (number % 1000 === 999) await pause();
    const flagsAt = at + statBytes + idBytes;
    if (flagsAt + 2 > end) throw broken();
    const flags = index.readUInt16BE(flagsAt);
    if ((flags & markMask) !== 0) isPlain = false;
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
    if (path === null) isWhole = false;
    // A conflict lists a path up to three times in a row.
    else if (path !== last) {
      modes[paths.length] = modeOf(index.readUInt32BE(at + 24));
      places[paths.length] = at;
      paths.push(path);
    }
    last = path;
    // One to eight NULs follow, so that entries start at multiples of eight; but one in version 4.
    at = version === 4 ? to + 1 : at + ((to - at + 8) & ~7);
  }
  const extensions = readExtensions(index, at, end, idBytes);
  if (extensions === null) return null;
  const statsOf = (entry: number): IndexedStats => readStats(index, places[entry] ?? 0, idBytes);
  return { paths, modes, statsOf, isComplete: isWhole, isPlain, tree: extensions.tree };
}

/** Old versions of git wrote the permissions of a group too (0o100664). */
const modeOf = (mode: number): number =>
  (mode & 0o170000) === 0o100000
    ? (mode & 0o100) === 0
      ? fileMode.regular
      : fileMode.executable
    : mode & 0o170000;

const emptyBlobs: ReadonlySet<string> = new Set([
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
]);

/** ctime, mtime (seconds, nanoseconds), dev, ino, mode, uid, gid, size: ten 32-bit numbers. */
function readStats(index: Buffer, at: number, idBytes: number): IndexedStats {
  // As node does it, to the last bit.
  const milliseconds = (from: number): number =>
    index.readUInt32BE(from) * 1000 + index.readUInt32BE(from + 4) / 1_000_000;
  const size = index.readUInt32BE(at + 36);
  const id = at + statBytes;
  // git writes 0 for a file that it must look into the next time (racy-git(7)).
  const isDoubtful = size === 0 && !emptyBlobs.has(index.toString('hex', id, id + idBytes));
  return {
    size: isDoubtful ? -1 : size,
    mtimeMs: milliseconds(at + 8),
    ctimeMs: milliseconds(at),
    ino: index.readUInt32BE(at + 20),
  };
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

/** Null for an extension that changes the meaning of what stands before it: a small letter begins its name. */
function readExtensions(
  index: Buffer,
  start: number,
  end: number,
  idBytes: number,
): { readonly tree: string | null } | null {
  let tree: string | null = null;
  let at = start;
  while (at + 8 <= end) {
    if (index.readUInt8(at) >= 0x61) return null;
    const next = at + 8 + index.readUInt32BE(at + 4);
    const isTree = index.toString('latin1', at, at + 4) === 'TREE';
    if (isTree && next <= end) tree = rootTree(index.subarray(at + 8, next), idBytes);
    at = next;
  }
  if (at !== end) throw broken();
  return { tree };
}

/** The first record of the cached tree: no name, the number of entries (-1: not valid), of subtrees, the id. */
function rootTree(extension: Buffer, idBytes: number): string | null {
  const line = extension.indexOf('\n');
  const head = /^\0(\d{1,10}) \d{1,10}$/.exec(extension.toString('latin1', 0, Math.min(line, 32)));
  if (line < 0 || head === null || line + 1 + idBytes > extension.length) return null;
  return extension.toString('hex', line + 1, line + 1 + idBytes);
}

const broken = (): RepositoryError =>
  new RepositoryError('broken-index', 'error', '.git/index is damaged');
