import { isSameRow, lookAt } from './file-stats.ts';

/** Rows of files that a run saw in a work tree, with their paths relative to it (`''` is the work tree). */
export interface SeenFiles {
  readonly workTree: string;
  readonly paths: readonly string[];
  readonly rows: Float64Array;
}

/** Whether what is at a path is as it was seen. */
export function isAsSeen({ workTree, paths, rows }: SeenFiles, at: number): boolean {
  const path = paths[at];
  return isSameRow(rows, at, lookAt(path ? `${workTree}/${path}` : workTree));
}
