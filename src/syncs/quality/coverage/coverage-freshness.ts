import type { Coverage } from '../../../schema/quality.ts';
import { clockToleranceMs } from '../report/report-time.ts';

/** The source files that one report covers, and when it was made. */
export interface CoveredSources {
  /** Milliseconds since 1970; null for a report that is tracked by git and has no date of its own. */
  readonly reportTime: number | null;
  /** git rewrites the times of tracked files, so they do not show the age of a report. */
  readonly tracked: boolean;
  /** Relative to the project. */
  readonly sources: readonly string[];
}

/**
 * Compares reports with the sources that they cover. The commit is irrelevant: tests run before it.
 * @param modifiedAt returns when a source was modified, in milliseconds since 1970; null if it does not exist.
 */
export function assessFreshness(
  reports: readonly CoveredSources[],
  modifiedAt: (path: string) => number | null,
): Pick<Coverage, 'freshness' | 'staleFiles'> & { readonly goneFiles: number } {
  if (reports.some(({ tracked }) => tracked)) {
    return { freshness: 'unknown', staleFiles: null, goneFiles: 0 };
  }
  const newestReport = new Map<string, number>();
  for (const { reportTime, sources } of reports) {
    for (const source of sources) {
      newestReport.set(source, Math.max(newestReport.get(source) ?? 0, reportTime ?? 0));
    }
  }
  let staleFiles = 0;
  let goneFiles = 0;
  for (const [source, reportTime] of newestReport) {
    const time = modifiedAt(source);
    if (time === null) goneFiles += 1;
    else if (time > reportTime + clockToleranceMs) staleFiles += 1;
  }
  if (staleFiles > 0) return { freshness: 'stale', staleFiles, goneFiles };
  const isKnown = newestReport.size > goneFiles;
  return {
    freshness: isKnown ? 'fresh' : 'unknown',
    staleFiles: isKnown ? 0 : null,
    goneFiles,
  };
}
