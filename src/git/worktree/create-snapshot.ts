import { fileMode, type GitIndex } from '../index/parse-index.ts';
import { joinPaths } from '../paths.ts';
import type { WorktreeSnapshot } from '../repository-cache.ts';
import { comparableEntries } from './diff-worktree.ts';
import type { OwnStatus } from './parse-status.ts';
import type { UntrackedScan } from './scan-untracked.ts';
import { statColumns } from '../stat-rows.ts';

/** Returns the snapshot of a work tree as it was read. `trackedRows` are those of `diffWorktree`. */
export function createSnapshot(
  index: GitIndex,
  read: Pick<WorktreeSnapshot, 'fingerprint' | 'userConfig'> & {
    readonly untracked: readonly string[];
    readonly watch: NonNullable<UntrackedScan['watch']>;
    readonly status: OwnStatus | null;
    readonly trackedRows: Float64Array | null;
  },
): WorktreeSnapshot {
  const { fingerprint, userConfig, untracked, watch, status, trackedRows } = read;
  const order = comparableEntries(index);
  const paths = [...order.map((at) => index.paths[at] ?? ''), ...untracked];
  const files = order.filter((at) => index.modes[at] !== fileMode.link).length;
  const rows = new Float64Array((paths.length + watch.paths.length) * statColumns);
  rows.set(trackedRows ?? []);
  rows.set(watch.rows, paths.length * statColumns);
  return {
    ...{ fingerprint, userConfig },
    ...{ files, links: order.length - files, untracked: untracked.length },
    gitlinks: [...index.gitlinks],
    status,
    ...{ paths: joinPaths([...paths, ...watch.paths]), rows },
  };
}
