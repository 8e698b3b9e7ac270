import type { Project, ProjectRoot } from '../schema/projects.ts';
import type { Diagnostic } from '../util/diagnostic.ts';

/** A project found on disk, with its id. */
export interface FoundProject {
  /** Readable and unique; never changes and is never given to another project. */
  readonly id: string;
  readonly name: string;
  /** Absolute path of the directory, links resolved. */
  readonly path: string;
  readonly kind: 'git' | 'package';
  /** Identifies the directory regardless of its path (see `fileIdOf`). */
  readonly fileId: string | null;
  /** Index into `Discovery.roots`. */
  readonly root: number;
}

/** The result of walking all roots. */
export interface Discovery {
  readonly roots: readonly ProjectRoot[];
  /** Sorted by path. */
  readonly projects: readonly FoundProject[];
  /** Ids of known projects that no longer exist. Projects on an unreachable root are not among them. */
  readonly missing: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

/** The part of a project's entry from a previous run by which it can be recognized. */
export type KnownProject = Pick<Project, 'id' | 'path'> &
  Partial<Pick<Project, 'kind' | 'fileId' | 'state' | 'git'>>;
