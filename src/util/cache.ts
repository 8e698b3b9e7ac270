import { DefaultSerializer, deserialize } from 'node:v8';
import packageJson from '../../package.json' with { type: 'json' };
import { FileError, readRegularFile } from './fs.ts';

/**
 * The one format of every file in `data/cache/`:
 *
 *     bytes 0-3   magic `srch`
 *     bytes 4-7   CRC-32 of the rest, little-endian
 *     rest        `v8.serialize([stamp, value])`
 *
 * The stamp contains the name of the cache, the version of its shape and the version of the program.
 * A cache with another stamp or checksum reads as null and is rebuilt, so it can cost time but never change a
 * result. https://nodejs.org/docs/latest-v20.x/api/v8.html#serialization-api
 */
export interface CacheStamp {
  readonly name: string;
  /** Increased when the shape of the value changes without a new version of the program. */
  readonly schemaVersion: number;
}

const maxBytes = 256 * 1024 * 1024;

const magic = Buffer.from('srch');
const headerBytes = magic.length + 4;

/** Returns the bytes of a cache file. `value` may contain everything that `v8.serialize` supports, such as maps. */
export function encodeCache(stamp: CacheStamp, value: unknown): Buffer {
  // A single buffer, because the value may have tens of megabytes.
  const serializer = new DefaultSerializer();
  serializer.writeRawBytes(Buffer.alloc(headerBytes));
  serializer.writeHeader();
  serializer.writeValue([stampText(stamp), value]);
  const bytes = serializer.releaseBuffer();
  magic.copy(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(headerBytes)), magic.length);
  return bytes;
}

/**
 * Returns the value of a cache file; null for null, damaged bytes and those of another version. Typed arrays in it
 * may be views of `bytes`.
 */
export function decodeCache(stamp: CacheStamp, bytes: Uint8Array | null): unknown {
  if (bytes === null || bytes.length < headerBytes) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.subarray(0, magic.length).equals(magic)) return null;
  const body = buffer.subarray(headerBytes);
  if (crc32(body) !== buffer.readUInt32LE(magic.length)) return null;
  try {
    const content: unknown = deserialize(body);
    if (!Array.isArray(content) || content[0] !== stampText(stamp)) return null;
    return content[1];
  } catch {
    // The checksum matches, so another version of V8 wrote it.
    return null;
  }
}

/** Returns the bytes of a cache file, or null when it does not exist or can't be read. */
export async function readCacheFile(path: string): Promise<Uint8Array | null> {
  try {
    return (await readRegularFile(path, { maxBytes }))?.bytes ?? null;
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

/** Loading zlib would slow down `status`, whose caches are small. */
const maxBytesWithoutZlib = 64 * 1024;

/** The CRC-32 of each value of four bits. */
const crcTable = Array.from({ length: 16 }, (_, crc) => {
  for (let bit = 0; bit < 4; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

function crc32(bytes: Uint8Array): number {
  if (bytes.length > maxBytesWithoutZlib) {
    // eslint-disable-next-line no-restricted-globals -- The only way to load a module synchronously when needed.
    return process.getBuiltinModule('node:zlib').crc32(bytes);
  }
  let crc = -1;
  for (const byte of bytes) {
    crc = (crc >>> 4) ^ (crcTable[(crc ^ byte) & 15] ?? 0);
    crc = (crc >>> 4) ^ (crcTable[(crc ^ (byte >>> 4)) & 15] ?? 0);
  }
  return ~crc >>> 0;
}

const stampText = ({ name, schemaVersion }: CacheStamp): string =>
  [name, schemaVersion, packageJson.version].join(' ');
