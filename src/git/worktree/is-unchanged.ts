import { isSameRow, lstatOrNull } from './stat-rows.ts';

/** Rows of files that a run saw in a work tree, with their paths relative to it (`''` is the work tree). */
export interface StatTable {
  readonly workTree: string;
  readonly paths: readonly string[];
  readonly rows: Float64Array;
}

/** Whether what is at a path is as it was seen. */
export function isUnchanged({ workTree, paths, rows }: StatTable, at: number): boolean {
  const path = paths[at];
  return isSameRow(rows, at, lstatOrNull(path ? `${workTree}/${path}` : workTree));
}
