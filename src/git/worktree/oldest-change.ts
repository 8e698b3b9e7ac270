import { maxChangedPaths, type ChangedPaths } from './parse-status.ts';
import { lstatOrNull } from '../../util/fs-sync.ts';

/**
 * Returns the earliest time at which a changed file was written, in milliseconds since 1970: at least as long ago is
 * the oldest change. Null if no changed file exists. Of many files, not all are inspected.
 */
export function oldestChangeMs(
  workTree: string,
  { staged, unstaged }: ChangedPaths,
  untracked: readonly string[],
): number | null {
  let oldest: number | null = null;
  for (const path of new Set([...staged, ...unstaged, ...untracked.slice(0, maxChangedPaths)])) {
    const stats = lstatOrNull(`${workTree}/${path}`);
    if (stats !== null) oldest = Math.min(oldest ?? Infinity, stats.mtimeMs);
  }
  return oldest;
}
