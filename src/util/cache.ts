import { DefaultSerializer, deserialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import packageJson from '../../package.json' with { type: 'json' };
import { FileError, readRegularFile } from './fs.ts';

/**
 * The one format of every file in `data/cache/`:
 *
 *     bytes 0-3   magic `srch`
 *     bytes 4-7   CRC-32 of all that follows, little-endian
 *     rest        `v8.serialize([stamp, value])`
 *
 * The stamp names the cache, the shape of its value and the version of the program.
 * A cache whose stamp or checksum differs is read as null and rebuilt: it can cost time, never change a
 * result. https://nodejs.org/docs/latest-v20.x/api/v8.html#serialization-api
 */
export interface CacheStamp {
  readonly name: string;
  /** Raised when the shape of the value changes without a new version of the program. */
  readonly schemaVersion: number;
}

const maxBytes = 256 * 1024 * 1024;

const magic = Buffer.from('srch');
const headerBytes = magic.length + 4;

/** Returns the bytes of a cache file. `value` may hold whatever `v8.serialize` takes: maps, bigints, typed arrays. */
export function encodeCache(stamp: CacheStamp, value: unknown): Buffer {
  // Into one buffer: the value may have tens of megabytes.
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
 * Returns the value of a cache file, or null when there is none, it is damaged, or another version wrote it.
 * Typed arrays in it may be views of `bytes`.
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
    // The checksum holds, so a newer version of V8 wrote it.
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

const stampText = ({ name, schemaVersion }: CacheStamp): string =>
  [name, schemaVersion, packageJson.version].join(' ');
