import { isRacy } from '../../../util/fs-sync.ts';
import { statKey } from '../../../util/fs.ts';
import type { ProjectView } from '../project-files/project-view.ts';

export interface ReportStats {
  /** Differs if the file was replaced or changed. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Whether the file may change again without a change of its key. */
  readonly isRacy: boolean;
}

/** Returns the state of a report (relative to the project); null if it is missing or unreadable (a warning). */
export function statReport(
  { tree, warnings, startedMs }: ProjectView,
  path: string,
): ReportStats | null {
  const stats = warnings.guardSync(path, () => tree.statExact(path));
  if (stats === null) return null;
  const [mtimeMs, ctimeMs] = [Number(stats.mtimeNs) / 1e6, Number(stats.ctimeNs) / 1e6];
  return { key: statKey(stats), mtimeMs, isRacy: isRacy({ ctimeMs }, startedMs) };
}
