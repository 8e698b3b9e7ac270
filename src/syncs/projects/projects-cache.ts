import * as z from 'zod/mini';
import { decodeCache, encodeCache } from '../../util/cache.ts';
import { rootFacts } from './root-files.ts';
import { trackedFiles } from './tracked-files.ts';

/** Facts about one project, each part with a signature of the files that it was read from. */
const cachedProject = z.object({
  tracked: z.nullable(trackedFiles),
  root: z.nullable(rootFacts),
});
export type CachedProject = z.infer<typeof cachedProject>;

const projectsCache = z.object({
  /** By id. */
  projects: z.record(z.string(), cachedProject),
  /** Ids of projects that are gone but were not yet marked missing by the last run. */
  inGracePeriod: z.array(z.string()),
});

export interface ProjectsCache {
  readonly projects: ReadonlyMap<string, CachedProject>;
  readonly inGracePeriod: ReadonlySet<string>;
}

const stamp = { name: 'projects', schemaVersion: 1 };

/** Returns the cache of an earlier run; empty if it is missing or invalid. */
export function decodeProjectsCache(bytes: Uint8Array | null): ProjectsCache {
  const text = decodeCache(stamp, bytes);
  const cache = projectsCache.safeParse(typeof text === 'string' ? JSON.parse(text) : null).data;
  return {
    projects: new Map(Object.entries(cache?.projects ?? {})),
    inGracePeriod: new Set(cache?.inGracePeriod),
  };
}

/** Encodes JSON text: v8 serializes equal arrays to different bytes, and equal bytes are not written again. */
export const encodeProjectsCache = ({ projects, inGracePeriod }: ProjectsCache): Uint8Array => {
  const cache: z.infer<typeof projectsCache> = {
    projects: Object.fromEntries(projects),
    inGracePeriod: [...inGracePeriod],
  };
  return encodeCache(stamp, JSON.stringify(cache));
};
