import type { YieldToEventLoop } from '../../util/async.ts';
import { decodePath } from '../paths.ts';
import { RepositoryError } from '../repository.ts';

const headerBytes = 12;
/** Ten 32-bit numbers precede the object id. */
const statBytes = 40;
const extendedFlag = 0x4000;
/** Assume-valid, extended (skip-worktree, intent-to-add) and the stage of a conflict. */
const specialFlags = 0xf000;
const assumeValidOrStage = 0xb000;
/** Of the second flags, which only an extended entry has. */
const skipWorktreeFlag = 0x4000;
const lengthMask = 0x0fff;
const slash = 0x2f;
/** No file system takes longer paths; a small index of version 4 could contain gigabytes of them. */
const maxPathBytes = 4096;
const maxTotalPathBytes = 256 * 1024 * 1024;

/** The entries of an index. */
export interface GitIndex {
  /** Files, links and submodules, each once, in git's order. Without paths that are not UTF-8. */
  readonly paths: readonly string[];
  /** The `fileMode` of each path. */
  readonly modes: Uint32Array;
  /** Submodules whose work trees `git status` inspects: not in conflict, assume-valid or skip-worktree. */
  readonly gitlinks: readonly Gitlink[];
  /** The stats of the path with this index when git last compared it with the work tree. */
  readonly statsOf: (index: number) => IndexedStats;
  /** Whether all paths are UTF-8. */
  readonly isComplete: boolean;
  /** Whether no entry is in conflict or has a flag that changes the meaning of its stats. */
  readonly isPlain: boolean;
  /** The tree that a commit of this index would have, if the cached tree is valid. */
  readonly tree: string | null;
}

/** A submodule, and the commit that the index contains for it. */
export interface Gitlink {
  readonly path: string;
  readonly oid: string;
}

/** Size (-1: git must read the file), times in ms since 1970, lower 32 bits of the inode. */
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

export const isRegular = (mode: number | undefined): boolean =>
  mode === fileMode.regular || mode === fileMode.executable;

/**
 * Parses a git index (gitformat-index(5), versions 2 to 4). Returns null for an index that only git can read: split,
 * sparse, or with a mandatory extension. Throws `RepositoryError` with code `broken-index`.
 */
export async function parseIndex(
  index: Buffer,
  format: 'sha1' | 'sha256',
  yieldToEventLoop: YieldToEventLoop,
): Promise<GitIndex | null> {
  const idBytes = format === 'sha1' ? 20 : 32;
  const version = index.length >= headerBytes + idBytes ? index.readUInt32BE(4) : 0;
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) throw broken();
  const count = index.readUInt32BE(8);
  // The file ends with a checksum.
  const end = index.length - idBytes;
  if (count * (statBytes + idBytes + 2) > end) throw broken();
  const paths: string[] = [];
  const modes = new Uint32Array(count);
  const offsets = new Uint32Array(count);
  const gitlinks: Gitlink[] = [];
  const name = Buffer.alloc(maxPathBytes);
  let isComplete = true;
  let isPlain = true;
  let length = 0;
  let totalLength = 0;
  let previous: string | null = null;
  let at = headerBytes;
  /** Returns false if only git can read the entry. Not part of the loop below, which V8 would optimize for each index. */
  const parseEntry = (): boolean => {
    const flagsAt = at + statBytes + idBytes;
    if (flagsAt + 2 > end) throw broken();
    const flags = index.readUInt16BE(flagsAt);
    if ((flags & specialFlags) !== 0) isPlain = false;
    const nameAt = flagsAt + ((flags & extendedFlag) === 0 ? 2 : 4);
    let from = nameAt;
    let shared = 0;
    if (version === 4) {
      // Prefix compression: the number of bytes to remove from the previous path, then those to append.
      const strip = readOffset(index, nameAt, end);
      from = strip.next;
      shared = length - strip.value;
    }
    const to = nameEnd(index, version < 4 ? flags & lengthMask : lengthMask, from);
    length = shared + to - from;
    totalLength += length;
    if (shared < 0 || to < from || to >= end) throw broken();
    if (length > maxPathBytes || totalLength > maxTotalPathBytes) throw broken();
    if (version === 4) index.copy(name, shared, from, to);
    const [bytes, start] = version === 4 ? [name, 0] : [index, from];
    // The entries of a split index have no path; a sparse one has directories instead of their files.
    if (length === 0 || bytes[start + length - 1] === slash) return false;
    const path = decodePath(bytes, start, start + length);
    if (path === null) isComplete = false;
    // A conflict lists a path up to three times in a row.
    else if (path !== previous) {
      const mode = modeOf(index.readUInt32BE(at + 24));
      if (mode === fileMode.submodule && isInspected(index, flags, flagsAt + 2)) {
        gitlinks.push({ path, oid: index.toString('hex', at + statBytes, flagsAt) });
      }
      modes[paths.length] = mode;
      offsets[paths.length] = at;
      paths.push(path);
    }
    previous = path;
    // Version 4 has one NUL; the others one to eight, so that entries start at multiples of eight.
    at = version === 4 ? to + 1 : at + ((to - at + 8) & ~7);
    return true;
  };
  for (let number = 0; number < count; number += 1) {
    if (number % 1000 === 999) await yieldToEventLoop();
    if (!parseEntry()) return null;
  }
  const extensions = readExtensions(index, at, end, idBytes);
  if (extensions === null) return null;
  const statsOf = (entry: number): IndexedStats => readStats(index, offsets[entry] ?? 0, idBytes);
  return { paths, modes, gitlinks, statsOf, isComplete, isPlain, tree: extensions.tree };
}

const isInspected = (index: Buffer, flags: number, extendedAt: number): boolean =>
  (flags & assumeValidOrStage) === 0 &&
  ((flags & extendedFlag) === 0 || (index.readUInt16BE(extendedAt) & skipWorktreeFlag) === 0);

/** Old versions of git also stored group permissions (0o100664). */
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
  // Computed as by Node, so that the results are equal to the last bit.
  const milliseconds = (from: number): number =>
    index.readUInt32BE(from) * 1000 + index.readUInt32BE(from + 4) / 1_000_000;
  const size = index.readUInt32BE(at + 36);
  const id = at + statBytes;
  // git stores 0 for a file that it must read the next time (racy-git(7)).
  const isRacy = size === 0 && !emptyBlobs.has(index.toString('hex', id, id + idBytes));
  return {
    size: isRacy ? -1 : size,
    mtimeMs: milliseconds(at + 8),
    ctimeMs: milliseconds(at),
    ino: index.readUInt32BE(at + 20),
  };
}

/** A name ends after the length in its flags or, if it is too long for them, at the next NUL. */
const nameEnd = (index: Buffer, length: number, from: number): number =>
  length < lengthMask ? from + length : index.indexOf(0, from);

/** Reads the variable-width integer of version 4 (encoded like the offset of an OFS_DELTA in a pack). */
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

/** Returns null for a mandatory extension: its name starts with a lower-case letter. */
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

/** Parses the first record of the cached tree: empty name, entry count (-1: invalid), subtree count, id. */
function rootTree(extension: Buffer, idBytes: number): string | null {
  const line = extension.indexOf('\n');
  const head = /^\0(\d{1,10}) \d{1,10}$/.exec(extension.toString('latin1', 0, Math.min(line, 32)));
  if (line < 0 || head === null || line + 1 + idBytes > extension.length) return null;
  return extension.toString('hex', line + 1, line + 1 + idBytes);
}

const broken = (): RepositoryError =>
  new RepositoryError('broken-index', 'error', '.git/index is damaged');
