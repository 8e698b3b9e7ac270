import { realpathSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import {
  areUnchanged,
  statPaths,
  type PathStats,
  type TrackedReads,
} from './gitdir/tracked-reads.ts';
import type { OpenRepository } from './open-repository.ts';

/** A repository and its fingerprint, with the stats of all paths that they were read from. */
export interface CachedOpenRepository extends PathStats {
  readonly owners: readonly number[] | null;
  readonly home: string;
  /** Without anything unknown. */
  readonly repository: Omit<
    OpenRepository,
    'workTree' | 'owners' | 'home' | 'configUnknown' | 'refsUnknown'
  >;
  /** See `repositoryFingerprint`. */
  readonly fingerprint: string;
}

/** See `openRepository`. */
export interface OpenOptions {
  readonly owners: readonly number[] | null;
  readonly home: string;
  readonly nowMs: number;
}

interface RestoreOptions extends Pick<OpenOptions, 'owners' | 'home'> {
  /** See `isReal`; of directories that many repositories share. */
  readonly isRealDir: (path: string) => boolean;
}

/** Returns the cached repository if it would be read the same again, else null. */
export function restoreRepository(
  workTree: string,
  cached: CachedOpenRepository,
  { owners, home, isRealDir }: RestoreOptions,
): OpenRepository | null {
  if (String(cached.owners) !== String(owners) || cached.home !== home) return null;
  const { gitDir, commonDir } = cached.repository;
  // An ancestor of a directory may have been replaced by a link to the same files. They are in `paths` themselves.
  const dirs = [workTree, ...[gitDir, commonDir].filter((dir) => !isIn(workTree, dir))];
  if (!dirs.every((dir) => isRealDir(dirname(dir))) || !areUnchanged(cached)) return null;
  return { workTree, owners, home, configUnknown: null, refsUnknown: null, ...cached.repository };
}

/** Returns what `restoreRepository` needs; null if a change could go unnoticed. */
export function toCachedRepository(
  opened: TrackedReads<OpenRepository>,
  fingerprint: TrackedReads<string | null>,
  sinceMs: number,
): CachedOpenRepository | null {
  const { workTree, owners, home, configUnknown, refsUnknown, ...repository } = opened.value;
  if (configUnknown !== null || refsUnknown !== null || fingerprint.value === null) return null;
  if (opened.paths === null || fingerprint.paths === null || !isReal(workTree)) return null;
  const stats = statPaths([...opened.paths, ...fingerprint.paths], sinceMs);
  return (
    stats && {
      owners,
      home,
      repository,
      fingerprint: fingerprint.value,
      ...stats,
    }
  );
}

const isIn = (dir: string, path: string): boolean => path.startsWith(dir + sep);

/** Whether no component of a path is a link. */
export function isReal(path: string): boolean {
  try {
    return realpathSync.native(path) === path;
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return false;
  }
}
