import { readSync } from 'node:fs';
import { constants, inflateSync } from 'node:zlib';
import { openRegularFileSync, type OpenFile } from '../../util/fs-sync.ts';
import type { OpenRepository } from '../open-repository.ts';
import { fanoutRange, findId } from './id-list.ts';
import { applyDelta } from './pack-delta.ts';

/** Real commits have less than a thousandth. */
export const maxObjectBytes = 1024 * 1024;
/** Of deltas whose bases are deltas; git creates at most 50. */
const maxDepth = 50;
/** Most commits end within this after the start of their entry. */
const firstReadBytes = 2048;

const indexHeader = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
const fanoutBytes = 1024;
const type = { commit: 1, offsetDelta: 6, referenceDelta: 7 } as const;

/** A pack with its index. */
export interface Pack extends Disposable {
  readonly objects: number;
  /** Returns the content of a commit, null if it is another object or not in this pack. Throws `RangeError`. */
  readonly readCommit: (oid: string) => Buffer | null;
}

/**
 * Opens a pack and its index (gitformat-pack(5)); `path` has no extension. Null for an index that is missing or not
 * of version 2. Throws `FileError`, and `RangeError` for damaged files.
 */
export function openPack(path: string, format: OpenRepository['format']): Pack | null {
  const index = openRegularFileSync(`${path}.idx`);
  if (index === null) return null;
  let pack: OpenFile | null = null;
  const dispose = (): void => {
    index[Symbol.dispose]();
    pack?.[Symbol.dispose]();
  };
  try {
    const head = readAt(index, 0, indexHeader.length + fanoutBytes);
    pack = openRegularFileSync(`${path}.pack`);
    if (pack === null || !head.subarray(0, indexHeader.length).equals(indexHeader)) {
      dispose();
      return null;
    }
    const reader = new PackReader(pack, index, head.subarray(indexHeader.length), format);
    return {
      objects: head.readUInt32BE(head.length - 4),
      readCommit: (oid) => reader.readCommit(Buffer.from(oid, 'hex')),
      [Symbol.dispose]: dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

class PackReader {
  private readonly pack: OpenFile;
  private readonly index: OpenFile;
  private readonly fanout: Buffer;
  private readonly idBytes: number;

  constructor(pack: OpenFile, index: OpenFile, fanout: Buffer, format: OpenRepository['format']) {
    this.pack = pack;
    this.index = index;
    this.fanout = fanout;
    this.idBytes = format === 'sha1' ? 20 : 32;
  }

  readCommit(oid: Buffer): Buffer | null {
    const offset = this.findOffset(oid);
    const object = offset === null ? null : this.readObject(offset, 0);
    return object?.type === type.commit ? object.content : null;
  }

  /** Returns the offset of an object in the pack; null if it is not in it. */
  private findOffset(oid: Buffer): number | null {
    const { low, high } = fanoutRange(this.fanout, oid);
    const total = this.fanout.readUInt32BE(255 * 4);
    if (low >= high || high > total) return null;
    const idsAt = indexHeader.length + fanoutBytes;
    const ids = readAt(this.index, idsAt + low * this.idBytes, (high - low) * this.idBytes);
    const found = findId(ids, oid);
    if (found === null) return null;
    // The ids are followed by a CRC of each object, then by offsets.
    const offsetsAt = idsAt + total * (this.idBytes + 4);
    const offset = readAt(this.index, offsetsAt + (low + found) * 4, 4).readUInt32BE();
    if (offset < 0x80000000) return offset;
    const largeAt = offsetsAt + total * 4 + (offset - 0x80000000) * 8;
    return Number(readAt(this.index, largeAt, 8).readBigUInt64BE());
  }

  private readObject(
    offset: number,
    depth: number,
  ): { readonly type: number; readonly content: Buffer } | null {
    if (depth > maxDepth) return null;
    const entry = readUpTo(this.pack, offset, firstReadBytes);
    let at = 0;
    let byte = entry.readUInt8(at++);
    const entryType = (byte >> 4) & 7;
    let size = byte & 15;
    for (let shift = 4; byte >= 0x80; shift += 7) {
      byte = entry.readUInt8(at++);
      size += (byte & 0x7f) * 2 ** shift;
    }
    if (size > maxObjectBytes) return null;
    if (entryType !== type.offsetDelta && entryType !== type.referenceDelta) {
      // A commit can only be a delta of a commit.
      return entryType === type.commit
        ? { type: entryType, content: this.inflate(offset + at, size, entry.subarray(at)) }
        : null;
    }
    let baseOffset: number | null;
    if (entryType === type.offsetDelta) {
      byte = entry.readUInt8(at++);
      let distance = byte & 0x7f;
      while (byte >= 0x80) {
        byte = entry.readUInt8(at++);
        distance = (distance + 1) * 128 + (byte & 0x7f);
      }
      baseOffset = distance > 0 && distance < offset ? offset - distance : null;
    } else {
      baseOffset = this.findOffset(entry.subarray(at, at + this.idBytes));
      at += this.idBytes;
    }
    const base = baseOffset === null ? null : this.readObject(baseOffset, depth + 1);
    if (base === null) return null;
    const delta = this.inflate(offset + at, size, entry.subarray(at));
    return { type: base.type, content: applyDelta(base.content, delta, maxObjectBytes) };
  }

  /** Inflates `size` bytes; `start` is the start of the compressed data, at `offset`. */
  private inflate(offset: number, size: number, start: Buffer): Buffer {
    // An upper bound of what zlib needs for incompressible data.
    const maxCompressed = size + (size >> 8) + 64;
    const data = start.length >= maxCompressed ? start : readUpTo(this.pack, offset, maxCompressed);
    const options = { maxOutputLength: size + 1, finishFlush: constants.Z_SYNC_FLUSH };
    const content = inflateSync(data, options);
    if (content.length !== size) throw new RangeError('an object of a pack has another size');
    return content;
  }
}

/** Throws `RangeError` at the end of the file. */
function readAt(file: OpenFile, position: number, length: number): Buffer {
  const bytes = readUpTo(file, position, length);
  if (bytes.length < length) throw new RangeError('a pack or its index is truncated');
  return bytes;
}

function readUpTo({ fd, stats }: OpenFile, position: number, length: number): Buffer {
  const rest = Math.max(0, Math.min(length, stats.size - position));
  const bytes = Buffer.allocUnsafe(rest);
  return bytes.subarray(0, rest === 0 ? 0 : readSync(fd, bytes, 0, rest, position));
}
