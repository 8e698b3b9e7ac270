import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { coverageOutcome } from './coverage/outcome.ts';
import { lighthouseOutcome } from './lighthouse/outcome.ts';
import { rowLength, type ScanTable } from './todo/scan-table.ts';

/** What is kept of a project from run to run. */
export interface ProjectCache {
  readonly scan: ScanTable;
  readonly coverage: KeptCoverage | null;
  readonly lighthouse: KeptLighthouse | null;
}

/** By the path of the project. */
export type QualityCache = ReadonlyMap<string, ProjectCache>;

const keptCoverage = z.object({ key: z.string(), outcome: coverageOutcome });
const keptLighthouse = z.object({ key: z.string(), outcome: lighthouseOutcome });
type KeptCoverage = z.infer<typeof keptCoverage>;
type KeptLighthouse = z.infer<typeof keptLighthouse>;

const header = z.object({
  rules: z.string(),
  projects: z.array(
    z.object({
      path: z.string(),
      files: z.int().check(z.nonnegative()),
      coverage: z.nullable(keptCoverage),
      lighthouse: z.nullable(keptLighthouse),
    }),
  ),
});

// crc32 | length of the header | length of the paths | layout, each 4 bytes, little-endian.
const prefixBytes = 16;
const layout = 1;
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/**
 * Packs a cache: a prefix, a JSON header, the paths of all files (each ended by NUL), and the rows of
 * all tables as float64 in the byte order of the machine. `rules` names what the counts depend on.
 */
export function encodeCache(cache: QualityCache, rules: string): Uint8Array {
  const projects = [...cache].map(([path, { scan, coverage, lighthouse }]) => ({
    ...{ path, files: scan.paths.length, coverage, lighthouse },
  }));
  const head = Buffer.from(JSON.stringify({ rules, projects }));
  const scans = [...cache.values()].map(({ scan }) => scan);
  const paths = Buffer.from(
    scans.flatMap((scan) => scan.paths.map((path) => `${path}\0`)).join(''),
  );
  const rowsStart = aligned(prefixBytes + head.length + paths.length);
  const rows = scans.map((scan) =>
    Buffer.from(scan.rows.buffer, scan.rows.byteOffset, scan.rows.byteLength),
  );
  const bytes = Buffer.concat([
    Buffer.alloc(prefixBytes),
    head,
    paths,
    Buffer.alloc(rowsStart - prefixBytes - head.length - paths.length),
    ...rows,
  ]);
  bytes.writeUInt32LE(head.length, 4);
  bytes.writeUInt32LE(paths.length, 8);
  bytes.writeUInt32LE(layout, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Reads a cache; an empty one when it is broken, or was made by other rules or another version. */
export function decodeCache(bytes: Uint8Array | null, rules: string): QualityCache {
  const cache = new Map<string, ProjectCache>();
  if (!bytes || bytes.length < prefixBytes) return cache;
  // A copy that is aligned to 8 bytes, as the rows need it.
  const buffer = Buffer.from(Uint8Array.from(bytes).buffer);
  if (buffer.readUInt32LE(0) !== crc32(buffer.subarray(4))) return cache;
  if (buffer.readUInt32LE(12) !== layout) return cache;
  const pathsStart = prefixBytes + buffer.readUInt32LE(4);
  const pathsEnd = pathsStart + buffer.readUInt32LE(8);
  const parsed = header.safeParse(JSON.parse(buffer.toString('utf8', prefixBytes, pathsStart)));
  if (!parsed.success || parsed.data.rules !== rules) return cache;
  const paths = buffer.toString('utf8', pathsStart, pathsEnd).split('\0');
  const rows = new Float64Array(buffer.buffer, aligned(pathsEnd));
  let row = 0;
  for (const { path, files, coverage, lighthouse } of parsed.data.projects) {
    const end = row + files;
    const scan = {
      paths: paths.slice(row, end),
      rows: rows.subarray(row * rowLength, end * rowLength),
    };
    cache.set(path, { scan, coverage, lighthouse });
    row = end;
  }
  return cache;
}
