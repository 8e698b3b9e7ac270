import * as z from 'zod/mini';
import type { PathStats } from '../../git/gitdir/tracked-reads.ts';
import { cachedWindow } from '../../git/commits/history-window.ts';
import { joinPaths, splitPaths } from '../../git/paths.ts';
import { statColumns } from '../../git/stat-rows.ts';
import { decodeCache, encodeCache } from '../../util/cache.ts';
import { coverageOutcome, type CoverageOutcome } from './coverage/coverage-outcome.ts';
import type { ProjectQuality } from '../../schema/quality.ts';
import type { CachedChanges } from './hotspots.ts';
import { lighthouseOutcome, type LighthouseOutcome } from './lighthouse/lighthouse-outcome.ts';
import type { FileWarning } from './project-files/file-warnings.ts';
import type { CachedKinds } from './todo/list-sources.ts';
import { countColumns, type ScanTable } from './todo/scan-table.ts';

/** Increased when the shape of a value or the interpretation of files and reports changes. */
const stamp = { name: 'quality', schemaVersion: 9 };

const scanTable = z
  .object({
    /** Joined by `joinPaths`: one string is read much faster than thousands. */
    paths: z.pipe(z.string(), z.transform(splitPaths)),
    stats: z.instanceof(Float64Array),
    counts: z.instanceof(Uint32Array),
  })
  .check(
    z.refine(
      ({ paths, stats, counts }) =>
        stats.length === paths.length * statColumns &&
        counts.length === paths.length * countColumns.length,
    ),
  );

const projectCache = z.object({
  kinds: z.object({ key: z.string(), kinds: z.instanceof(Uint8Array) }),
  scan: scanTable,
  coverage: z.nullable(z.object({ key: z.string(), outcome: coverageOutcome })),
  lighthouse: z.nullable(z.object({ key: z.string(), outcome: lighthouseOutcome })),
  /** The result of `RepositoryReader.recentChanges` for a commit. */
  changes: z.nullable(cachedWindow(z.map(z.string(), z.array(z.int())))),
  // The stamp guarantees the shape.
  result: z.custom<CachedResult | null>(),
});

const qualityCache = z.object({
  /** The tags that the scans searched. */
  tags: z.array(z.string()),
  projects: z.map(z.string(), projectCache),
});

interface Cached<Outcome> {
  readonly key: string;
  readonly outcome: Outcome;
}

/** The result of a project as long as its key, its source files and `reads` are the same. Hotspots depend on the day, too. */
export interface CachedResult {
  readonly key: string;
  /** See `DirTree.reads`. */
  readonly reads: PathStats;
  readonly entry: ProjectQuality;
  readonly warnings: readonly FileWarning[];
}

export interface ProjectCache {
  readonly kinds: CachedKinds;
  readonly scan: ScanTable;
  readonly coverage: Cached<CoverageOutcome> | null;
  readonly lighthouse: Cached<LighthouseOutcome> | null;
  readonly changes: CachedChanges | null;
  /** Null if a change could go unnoticed. */
  readonly result: CachedResult | null;
}

/** One with a result. */
export type UnchangedProject = ProjectCache &
  Readonly<Record<'result', CachedResult>> &
  Readonly<Record<'coverage', Cached<CoverageOutcome>>>;

/** By the path of the project. */
export type QualityCache = ReadonlyMap<string, ProjectCache>;

export function encodeQualityCache(projects: QualityCache, tags: readonly string[]): Uint8Array {
  const joined = Array.from(
    projects,
    ([path, { scan, ...project }]) =>
      [path, { ...project, scan: { ...scan, paths: joinPaths(scan.paths) } }] as const,
  );
  return encodeCache(stamp, { tags, projects: new Map(joined) });
}

/** Returns an empty cache if the bytes are missing, damaged, or from another version or other tags. */
export function decodeQualityCache(
  bytes: Uint8Array | null,
  tags: readonly string[],
): QualityCache {
  const parsed = qualityCache.safeParse(decodeCache(stamp, bytes));
  const isUsable = parsed.success && JSON.stringify(parsed.data.tags) === JSON.stringify(tags);
  return isUsable ? parsed.data.projects : new Map();
}
