import { decodeCache, encodeCache } from '../../util/cache.ts';
import type { CachedCommitDays } from './commit-days.ts';
import type { CachedGitFacts } from './read-git-facts.ts';
import type { RootFacts } from './root-files.ts';
import type { TrackedFiles } from './tracked-files.ts';

/** Facts about one project, each part with a signature of the files that it was read from. */
export interface CachedProject extends CachedCommitDays {
  readonly git: CachedGitFacts | null;
  readonly tracked: TrackedFiles | null;
  readonly root: RootFacts | null;
}

/** By id. */
export type ProjectsCache = ReadonlyMap<string, CachedProject>;

const stamp = { name: 'projects', schemaVersion: 8 };

/** Returns the cached facts; none if the cache is missing or damaged. */
export const decodeProjectsCache = (bytes: Uint8Array | null): ProjectsCache =>
  (decodeCache(stamp, bytes) as ProjectsCache | null) ?? new Map();

/** Returns the cache file; undefined if it would have the same content as before. */
export function encodeProjectsCache(
  before: ProjectsCache,
  now: ProjectsCache,
): Uint8Array | undefined {
  const isSame =
    now.size === before.size &&
    [...now].every(([id, facts]) => areSameFacts(facts, before.get(id)));
  return isSame ? undefined : encodeCache(stamp, now);
}

/** Whether cached facts are those of the previous run, which are not copied. */
export const areSameFacts = (
  one: CachedProject | null | undefined,
  other: CachedProject | null | undefined,
): boolean =>
  one?.git === other?.git &&
  one?.tracked === other?.tracked &&
  one?.root === other?.root &&
  one?.commitDays === other?.commitDays &&
  one?.changedLines === other?.changedLines;
