import * as z from 'zod/mini';
import { cachedWindow } from '../../git/commits/history-window.ts';
import { decodeCache, encodeCache } from '../../util/cache.ts';
import { rootFacts } from './root-files.ts';
import { trackedFiles } from './tracked-files.ts';

const dayCounts = cachedWindow(
  z.object({
    sinceDay: z.int(),
    days: z.readonly(z.array(z.readonly(z.tuple([z.int(), z.int()])))),
  }),
);

/** Facts about one project, each part with a signature of the files that it was read from. */
const cachedProject = z.object({
  tracked: z.nullable(trackedFiles),
  root: z.nullable(rootFacts),
  /** The results of `RepositoryReader.commitDays` and `changedLines` for a commit. */
  commitDays: z.nullable(dayCounts),
  changedLines: z.nullable(dayCounts),
});
export type CachedProject = z.infer<typeof cachedProject>;

/** By id. */
const projectsCache = z.record(z.string(), cachedProject);

const stamp = { name: 'projects', schemaVersion: 6 };

/** Returns the cached facts by id; none if the cache is missing or invalid. */
export function decodeProjectsCache(bytes: Uint8Array | null): ReadonlyMap<string, CachedProject> {
  const text = decodeCache(stamp, bytes);
  const cache = projectsCache.safeParse(typeof text === 'string' ? JSON.parse(text) : null).data;
  return new Map(Object.entries(cache ?? {}));
}

/** Encodes JSON text: v8 serializes equal arrays to different bytes, and equal bytes are not written again. */
export const encodeProjectsCache = (projects: ReadonlyMap<string, CachedProject>): Uint8Array =>
  encodeCache(stamp, JSON.stringify(Object.fromEntries(projects)));
