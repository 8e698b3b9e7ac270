import type { Project } from '../schema/projects.ts';
import { decodeCache, encodeCache } from '../util/cache.ts';
import type { KnownProject } from './discovery.ts';

const stamp = { name: 'discovery', schemaVersion: 2 };

/** What a run needs of the previous one to discover projects. */
export interface DiscoveryCache {
  /** The ids of the projects in the grace period. */
  readonly inGracePeriod: ReadonlySet<string>;
  readonly known: KnownProjects | null;
}

/** The projects of the registry. */
export interface KnownProjects {
  /** Of the files that they were read from; null if one of them is damaged. */
  readonly key: string | null;
  readonly projects: readonly KnownProject[];
}

/** Returns the cached values; none if the cache is missing or damaged. */
export const decodeDiscoveryCache = (bytes: Uint8Array | null): DiscoveryCache =>
  (decodeCache(stamp, bytes) as DiscoveryCache | null) ?? { inGracePeriod: new Set(), known: null };

export const encodeDiscoveryCache = (cache: DiscoveryCache): Uint8Array =>
  encodeCache(stamp, cache);

/** Returns the part of an entry by which the project can be recognized. */
export function toKnownProject({ id, path, kind, fileId, state, git }: Project): KnownProject {
  if (git === null) return { id, path, kind, fileId, state, git };
  const { remote, worktreeOf, lastCommit } = git;
  const commit = lastCommit && { hash: lastCommit.hash };
  return { id, path, kind, fileId, state, git: { remote, worktreeOf, lastCommit: commit } };
}
