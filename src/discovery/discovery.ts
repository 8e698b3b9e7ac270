import type { Project, ProjectGit, ProjectRoot } from '../schema/projects.ts';
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
  /** Whether its file system ignores the case of names. */
  readonly ignoresCase: boolean;
  /** Index into `Discovery.roots`. */
  readonly root: number;
}

/** The known projects that discovery did not find. Those in none of these lists were not observed. */
export interface AbsentProjects {
  /** Ids of projects that no longer exist. */
  readonly missing: ReadonlySet<string>;
  /** Ids of projects that are gone and become missing only if the next run does not find them either. */
  readonly inGracePeriod: ReadonlySet<string>;
  /** The errnos of the projects whose directory can't be entered, by id. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** The result of walking all roots. */
export interface Discovery extends AbsentProjects {
  readonly roots: readonly ProjectRoot[];
  /** Sorted by path. */
  readonly projects: readonly FoundProject[];
  readonly warnings: readonly Diagnostic[];
}

/** The part of a project's entry from a previous run by which it can be recognized. */
export type KnownProject = Pick<Project, 'id' | 'path'> &
  Partial<Pick<Project, 'kind' | 'fileId' | 'state'>> & { readonly git?: KnownGit | null };

type KnownGit = Pick<ProjectGit, 'remote' | 'worktreeOf'> & {
  readonly lastCommit: { readonly hash: string } | null;
};
