import type { DirTree } from './dir-tree.ts';
import type { FileWarnings } from './file-warnings.ts';

/** Whether a path (relative to the project, with `/`) matches. */
export type PathFilter = (path: string) => boolean;

/** The files of one project, shared by the parts of the sync. Paths are relative to its root, with `/`. */
export interface ProjectView {
  readonly root: string;
  /** All its files; the value is whether git tracks the file. */
  readonly files: ReadonlyMap<string, boolean>;
  /** Differs between two lists of files. */
  readonly filesKey: string;
  /** Its package directories, the root (`''`) first. */
  readonly packages: readonly string[];
  readonly tree: DirTree;
  /** Matches the paths that `quality.exclude` names. */
  readonly isExcluded: PathFilter;
  /** Start of the run in milliseconds since 1970: a file that changed just before it is read again next time. */
  readonly startedMs: number;
  readonly warnings: FileWarnings;
  readonly signal: AbortSignal;
}
