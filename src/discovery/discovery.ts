import type { Project, ProjectRoot } from '../schema/projects.ts';
import type { Warning } from '../schema/status.ts';

/** A project that was found on disk, with the id that it has or gets in the registry. */
export interface FoundProject {
  /** Readable, unique, given once. */
  readonly id: string;
  readonly name: string;
  /** Absolute, real path of the folder. */
  readonly path: string;
  readonly kind: 'git' | 'package';
  /** Tells the folder from all others, whatever it is called; null where the file system can't. */
  readonly fileId: string | null;
  /** Index into `Discovery.roots` of the root that it was found under. */
  readonly root: number;
}

/** What one walk over the roots found. */
export interface Discovery {
  readonly roots: readonly ProjectRoot[];
  /** Sorted by path. */
  readonly projects: readonly FoundProject[];
  /** Ids of known projects that were not found and are gone, not only on an unreachable root. */
  readonly missing: readonly string[];
  readonly warnings: readonly Warning[];
}

/** A project that is known from an earlier run, as far as its entry says what it can be known by. */
export type KnownProject = Pick<Project, 'id' | 'path'> &
  Partial<Pick<Project, 'kind' | 'fileId' | 'state' | 'git'>>;
