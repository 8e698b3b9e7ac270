import { createHash } from 'node:crypto';
import type { DayUsage } from './day-usage.ts';

const prefix = 'sha256:';

/** A folder as a hash: the same one always, so that it can be recognised, but not told from it. */
export function hidePath(path: string): string {
  if (path.startsWith(prefix)) return path;
  return prefix + createHash('sha256').update(path).digest('hex').slice(0, 16);
}

/** Usage with its folders as hashes. */
export function hideFolders(usage: readonly DayUsage[]): readonly DayUsage[] {
  const hide = (path: string | null): string | null => (path === null ? null : hidePath(path));
  return usage.map((one) => ({ ...one, folder: hide(one.folder), project: hide(one.project) }));
}

/** What was told with hashes, with the folders in their place that `known` names. */
export function recogniseFolders(
  told: readonly DayUsage[],
  known: readonly DayUsage[],
): readonly DayUsage[] {
  if (!told.some(({ project }) => project?.startsWith(prefix))) return told;
  const places = new Map(
    known.flatMap(({ folder, project }) =>
      project === null ? [] : [[hidePath(project), { folder, project }] as const],
    ),
  );
  return told.map((one) => ({ ...one, ...places.get(one.project ?? '') }));
}
