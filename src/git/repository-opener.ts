import { getOrInsert } from '../util/collections.ts';
import { repositoryFingerprint } from './gitdir/fingerprint.ts';
import { trackReads, type TrackedReads } from './gitdir/tracked-reads.ts';
import { openRepository, type OpenRepository } from './open-repository.ts';
import {
  isReal,
  restoreRepository,
  toCachedRepository,
  type CachedOpenRepository,
  type OpenOptions,
} from './opened-repository-cache.ts';
import { orNull } from './repository.ts';

/** Opens repositories. One that is unchanged since the previous run is restored from the cache. */
export interface RepositoryOpener {
  /** See `openRepository`. */
  readonly open: (workTree: string) => OpenRepository;
  /** Returns the repository of the cache if it is unchanged. */
  readonly restore: (workTree: string) => OpenRepository | null;
  /** Returns `repositoryFingerprint` of an open repository, null also if it can't be read. */
  readonly fingerprint: (repository: OpenRepository) => string | null;
  /** Releases a repository and returns the content of the cache for the next run. */
  readonly toCache: (workTree: string) => CachedOpenRepository | null;
}

export function createRepositoryOpener(context: {
  readonly options: () => OpenOptions;
  readonly cached: (workTree: string) => CachedOpenRepository | null;
}): RepositoryOpener {
  const { cached, options: currentOptions } = context;
  const realDirs = new Map<string, boolean>();
  const isRealDir = (path: string): boolean => getOrInsert(realDirs, path, isReal);
  /** Those that were not restored from the cache. */
  const fresh = new Map<string, { opened: TrackedReads<OpenRepository>; sinceMs: number }>();
  const updated = new Map<string, CachedOpenRepository | null>();
  const restore: RepositoryOpener['restore'] = (workTree) => {
    const known = cached(workTree);
    return known && restoreRepository(workTree, known, { ...currentOptions(), isRealDir });
  };
  return {
    restore,
    open: (workTree) => {
      const { owners, home, nowMs } = currentOptions();
      const restored = restore(workTree);
      if (restored !== null) return restored;
      const opened = trackReads(() => openRepository(workTree, owners, nowMs, home));
      fresh.set(workTree, { opened, sinceMs: nowMs });
      return opened.value;
    },
    fingerprint: (repository) => {
      const { workTree } = repository;
      const one = fresh.get(workTree);
      if (one === undefined) return cached(workTree)?.fingerprint ?? null;
      const { nowMs } = currentOptions();
      const fingerprint = trackReads(() => orNull(() => repositoryFingerprint(repository, nowMs)));
      updated.set(workTree, toCachedRepository(one.opened, fingerprint, one.sinceMs));
      return fingerprint.value;
    },
    toCache: (workTree) => {
      const result = updated.get(workTree);
      updated.delete(workTree);
      fresh.delete(workTree);
      return result === undefined ? cached(workTree) : result;
    },
  };
}
