import * as z from 'zod/mini';
import { packTables, unpackTables } from '../../git/packed-tables.ts';
import { rootFacts } from './root-files.ts';
import { trackedFiles } from './tracked-files.ts';

/** What was worked out about one project, each part with what it was worked out from. */
const cachedProject = z.object({
  tracked: z.nullable(trackedFiles),
  root: z.nullable(rootFacts),
});
export type CachedProject = z.infer<typeof cachedProject>;

const projectsCache = z.object({
  /** Raised when the tables of languages, licences or frameworks learn something new. */
  version: z.literal(2),
  /** By id. */
  projects: z.record(z.string(), cachedProject),
  /** Ids of projects that are gone, but that the last run did not yet call missing. */
  heldBack: z.array(z.string()),
});

export interface ProjectsCache {
  readonly projects: ReadonlyMap<string, CachedProject>;
  readonly heldBack: ReadonlySet<string>;
}

/** Reads the bytes that an earlier run left; whatever is not ours to the bit counts as none. */
export function readCache(bytes: Uint8Array | null): ProjectsCache {
  const cache = projectsCache.safeParse(unpackTables(bytes, noRow)?.header);
  return {
    projects: new Map(cache.success ? Object.entries(cache.data.projects) : []),
    heldBack: new Set(cache.success ? cache.data.heldBack : []),
  };
}

export function writeCache(cache: ProjectsCache): Uint8Array {
  const header: z.infer<typeof projectsCache> = {
    version: 2,
    projects: Object.fromEntries(cache.projects),
    heldBack: [...cache.heldBack].sort(),
  };
  return packTables({ header, tables: [] }, noRow);
}

/** All is in the header: what packs tables also makes sure that no bit has changed. */
const noRow = 1;
