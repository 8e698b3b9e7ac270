import type { Problems } from './file-warnings.ts';
import type { Tree } from './dir-tree.ts';

/** Tells whether a path (relative to a project, with `/`) is meant. */
export type PathFilter = (path: string) => boolean;

/** A project as the parts of this sync see it. Paths are relative to its root, with `/`. */
export interface ProjectView {
  readonly root: string;
  /** All its files; the value tells whether git tracks it. */
  readonly files: ReadonlyMap<string, boolean>;
  /** Its package folders, the root (`''`) first. */
  readonly packages: readonly string[];
  readonly tree: Tree;
  /** What `quality.exclude` leaves out. */
  readonly isExcluded: PathFilter;
  /**
   * Milliseconds since 1970: a file that was written later may change again without a trace, so that
   * what was read of it is not kept (git's racy rule).
   */
  readonly racyAfterMs: number;
  readonly problems: Problems;
  readonly signal: AbortSignal;
}
