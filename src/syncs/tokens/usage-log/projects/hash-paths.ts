import { createHash } from 'node:crypto';
import type { DayUsage } from '../days/day-usage.ts';

const prefix = 'sha256:';

/** Returns a hash of a path that is the same in every run. A hash is returned unchanged. */
export function hashPath(path: string): string {
  if (path.startsWith(prefix)) return path;
  return prefix + createHash('sha256').update(path).digest('hex').slice(0, 16);
}

export const hashPathOrNull = (path: string | null): string | null =>
  path === null ? null : hashPath(path);

/** Returns usage with its paths as hashes. */
export const hashPaths = (usage: readonly DayUsage[]): readonly DayUsage[] =>
  usage.map((one) => ({
    ...one,
    logDir: hashPathOrNull(one.logDir),
    project: hashPathOrNull(one.project),
  }));

/** Returns stored usage with each hash replaced by the path in `known` that has this hash. */
export function restoreHashedPaths(
  stored: readonly DayUsage[],
  known: readonly DayUsage[],
): readonly DayUsage[] {
  if (!stored.some(({ project }) => project?.startsWith(prefix))) return stored;
  const locations = new Map(
    known.flatMap(({ logDir, project }) =>
      project === null ? [] : [[hashPath(project), { logDir, project }] as const],
    ),
  );
  return stored.map((one) => ({ ...one, ...locations.get(one.project ?? '') }));
}
