import * as z from 'zod/mini';
import { packTables, unpackTables } from '../../git/packed-tables.ts';
import { coverageOutcome } from './coverage/coverage-outcome.ts';
import { lighthouseOutcome } from './lighthouse/lighthouse-outcome.ts';
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
      coverage: z.nullable(keptCoverage),
      lighthouse: z.nullable(keptLighthouse),
    }),
  ),
});

/** Packs a cache. `rules` names what the counts depend on. */
export function encodeCache(cache: QualityCache, rules: string): Uint8Array {
  const projects = [...cache].map(([path, { coverage, lighthouse }]) => ({
    ...{ path, coverage, lighthouse },
  }));
  const tables = [...cache.values()].map(({ scan }) => scan);
  return packTables({ header: { rules, projects }, tables }, rowLength);
}

/** Reads a cache; an empty one when it is broken, or was made by other rules or another version. */
export function decodeCache(bytes: Uint8Array | null, rules: string): QualityCache {
  const cache = new Map<string, ProjectCache>();
  const packed = unpackTables(bytes, rowLength);
  const parsed = packed && header.safeParse(packed.header);
  if (parsed?.success !== true || parsed.data.rules !== rules) return cache;
  for (const [index, { path, coverage, lighthouse }] of parsed.data.projects.entries()) {
    const scan = packed?.tables[index];
    if (scan !== undefined) cache.set(path, { scan, coverage, lighthouse });
  }
  return cache;
}
