import type { Coverage } from '../../../schema/quality.ts';

/** The source files that one report covers, and when it was made. */
export interface CoveredSources {
  /** Milliseconds since 1970; null for a report that git tracks and that has no date of its own. */
  readonly reportTime: number | null;
  /** git rewrites the times of tracked files, so that they say nothing. */
  readonly tracked: boolean;
  /** Relative to the project. */
  readonly sources: readonly string[];
}

// File systems and clocks differ by that much.
const toleranceMs = 2000;

/**
 * Compares reports with the sources that they cover. Not with the commit: people test, then commit.
 * @param modifiedAt when a source was written, in milliseconds since 1970; null when it is gone.
 */
export function judgeFreshness(
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
    else if (time > reportTime + toleranceMs) staleFiles += 1;
  }
  if (staleFiles > 0) return { freshness: 'stale', staleFiles, goneFiles };
  const seen = newestReport.size > goneFiles;
  return { freshness: seen ? 'fresh' : 'unknown', staleFiles: seen ? 0 : null, goneFiles };
}
