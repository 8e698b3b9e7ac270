import { join } from 'node:path';
import { crc32, inflateSync } from 'node:zlib';
import { RepositoryError } from '../repository.ts';
import { readGitDirFile, readGitDirText } from './read-gitdir-file.ts';

/** The refs in the tables of a directory. */
export interface RefTables {
  /** By name: an object id, or `ref: ` and the name of another ref. */
  readonly refs: ReadonlyMap<string, string>;
  /** Returns the times of the entries in the log of a ref, in seconds since 1970, the oldest first. */
  readonly logTimes: (ref: string) => readonly number[];
}

const maxTables = 100;
const maxTableBytes = 64 * 1024 * 1024;
const maxLogBlockBytes = 16 * 1024 * 1024;
/** git may compact the tables while they are read. */
const maxAttempts = 3;

const valueType = { deletion: 0, object: 1, tag: 2, symbolic: 3 } as const;
const refBlock = 0x72;
const logBlock = 0x67;

/** Reads the tables of a directory `reftable` (reftable.txt in git's technical documentation). Throws `RepositoryError`. */
export function readRefTables(dir: string, format: 'sha1' | 'sha256'): RefTables {
  const files = readFiles(dir);
  const tables: Table[] = [];
  const refs = new Map<string, string>();
  parse(() => {
    tables.push(...files.map((bytes) => new Table(bytes, format === 'sha1' ? 20 : 32)));
    // Later tables override earlier ones.
    for (const table of tables) {
      for (const [name, value] of table.refs()) {
        if (value === null) refs.delete(name);
        else refs.set(name, value);
      }
    }
  });
  const logTimes = (ref: string): readonly number[] => {
    const times = new Map<string, number | null>();
    parse(() => {
      for (const table of tables) {
        for (const [update, seconds] of table.log(ref)) times.set(update, seconds);
      }
    });
    // The newest has the lowest key.
    const sorted = [...times].sort(([one], [other]) => (one < other ? 1 : -1));
    return sorted.flatMap(([, seconds]) => seconds ?? []);
  };
  return { refs, logTimes };
}

function readFiles(dir: string): readonly Buffer[] {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const list = readGitDirText(join(dir, 'tables.list'));
    const names = list?.split('\n').filter((name) => name !== '') ?? [];
    if (list === null || names.length > maxTables) break;
    if (!names.every((name) => /^[\w-]+\.ref$/.test(name))) break;
    const files = names.map((name) => readGitDirFile(join(dir, name), maxTableBytes));
    const found = files.filter((file) => file !== null);
    if (found.length === files.length) return found;
  }
  throw damagedTables();
}

function parse(read: () => void): void {
  try {
    read();
  } catch (error) {
    // Of reading beyond the end, and of zlib.
    if (error instanceof RangeError || (error instanceof Error && 'errno' in error)) {
      throw damagedTables(error);
    }
    throw error;
  }
}

const damagedTables = (cause?: unknown): RepositoryError =>
  new RepositoryError('broken-ref', 'error', 'the reftable is damaged', cause);

/** One table. Its constructor and methods throw `RangeError` or an error of zlib if it is damaged. */
class Table {
  private readonly bytes: Buffer;
  private readonly idBytes: number;
  private readonly headerBytes: number;
  /** Where the footer starts. */
  private readonly end: number;

  constructor(bytes: Buffer, idBytes: number) {
    this.bytes = bytes;
    this.idBytes = idBytes;
    this.headerBytes = bytes[4] === 2 ? 28 : 24;
    this.end = bytes.length - this.headerBytes - 44;
    const header = bytes.subarray(0, this.headerBytes);
    const footer = bytes.subarray(this.end);
    const isComplete =
      header.toString('latin1', 0, 4) === 'REFT' &&
      footer.subarray(0, this.headerBytes).equals(header) &&
      footer.readUInt32BE(footer.length - 4) === crc32(footer.subarray(0, -4));
    if (!isComplete) throw new RangeError('not a complete table');
  }

  /** The refs by name; null for one that is deleted. */
  *refs(): Generator<readonly [name: string, value: string | null]> {
    const { bytes, idBytes } = this;
    const blockBytes = bytes.readUIntBE(5, 3);
    for (let start = 0; start < this.end;) {
      const at = start === 0 ? this.headerBytes : start;
      if (bytes[at] !== refBlock) return;
      const end = start + bytes.readUIntBE(at + 1, 3);
      const records = new Records(bytes, at + 4, recordsEnd(bytes, end));
      while (records.hasNext()) {
        const { key, type } = records.next();
        const name = Buffer.from(key, 'latin1').toString();
        // The number of the update.
        records.varint();
        if (type === valueType.symbolic) {
          yield [name, `ref: ${records.take(records.varint()).toString()}`];
        } else if (type === valueType.deletion) yield [name, null];
        else {
          yield [name, records.take(idBytes).toString('hex')];
          if (type === valueType.tag) records.take(idBytes);
        }
      }
      // Blocks may be padded with zeros.
      start = bytes[end] === 0 ? start + blockBytes : end;
      if (start < end) throw new RangeError('a block is larger than the size of blocks');
    }
  }

  /** The entries in the log of a ref: a key of the update, and its time in seconds, null if the entry is deleted. */
  *log(ref: string): Generator<readonly [update: string, seconds: number | null]> {
    const { bytes, idBytes, headerBytes } = this;
    const isOnlyLog = bytes[headerBytes] === logBlock;
    const logAt = Number(bytes.readBigUInt64BE(this.end + headerBytes + 24));
    if (logAt === 0 && !isOnlyLog) return;
    for (let start = logAt; start < this.end;) {
      const at = start === 0 ? headerBytes : start;
      if (bytes[at] !== logBlock) return;
      const length = bytes.readUIntBE(at + 1, 3) - 4 - (at - start);
      const { content, compressedBytes } = inflate(bytes.subarray(at + 4, this.end), length);
      const records = new Records(content, 0, recordsEnd(content, content.length));
      while (records.hasNext()) {
        const { key, type } = records.next();
        // Name, NUL and the inverted number of the update.
        const name = Buffer.from(key.slice(0, -9), 'latin1').toString();
        const update = Buffer.from(key.slice(-8), 'latin1').toString('hex');
        const seconds = type === valueType.deletion ? null : records.logTime(idBytes);
        if (name === ref) yield [update, seconds];
      }
      start = at + 4 + compressedBytes;
    }
  }
}

/** Records are followed by offsets of restarts and their number. */
const recordsEnd = (bytes: Buffer, blockEnd: number): number =>
  blockEnd - 2 - 3 * bytes.readUInt16BE(blockEnd - 2);

function inflate(
  bytes: Buffer,
  length: number,
): { readonly content: Buffer; readonly compressedBytes: number } {
  if (length < 2 || length > maxLogBlockBytes) throw new RangeError('invalid size of a block');
  // The types lack the result with `info`.
  const { buffer, engine } = inflateSync(bytes, {
    info: true,
    maxOutputLength: length,
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  return { content: buffer, compressedBytes: engine.bytesWritten };
}

/** The records of a block. Each shares the start of its key with the previous one. */
class Records {
  private readonly bytes: Buffer;
  private readonly end: number;
  private at: number;
  private key = '';

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  hasNext(): boolean {
    return this.at < this.end;
  }

  next(): { readonly key: string; readonly type: number } {
    const prefix = this.varint();
    const suffix = this.varint();
    const bytes = this.take(Math.floor(suffix / 8));
    this.key = this.key.slice(0, prefix) + bytes.toString('latin1');
    return { key: this.key, type: suffix % 8 };
  }

  /** The time of an entry in a log, in seconds; null for the marker of an empty log, which has no objects. */
  logTime(idBytes: number): number | null {
    const isMarker = this.take(2 * idBytes).every((byte) => byte === 0);
    for (let field = 0; field < 2; field += 1) this.take(this.varint());
    const seconds = this.varint();
    // The time zone.
    this.take(2);
    this.take(this.varint());
    return isMarker ? null : seconds;
  }

  take(length: number): Buffer {
    const start = this.at;
    this.at += length;
    if (this.at > this.end) throw new RangeError('a record is truncated');
    return this.bytes.subarray(start, this.at);
  }

  /** The same encoding as for offsets in packs (gitformat-pack(5)). */
  varint(): number {
    let [byte = 0] = this.take(1);
    let value = byte & 0x7f;
    while (byte >= 0x80) {
      [byte = 0] = this.take(1);
      value = (value + 1) * 128 + (byte & 0x7f);
    }
    return value;
  }
}
