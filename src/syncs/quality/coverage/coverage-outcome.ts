import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import { projectQuality, type Coverage } from '../../../schema/quality.ts';
import { fileWarning } from '../project-files/file-warnings.ts';
import { clockToleranceMs } from '../report/report-time.ts';

const stored = projectQuality.shape.coverage.shape;

/** The content of a project's coverage reports. Cached until one of them changes. */
export const coverageOutcome = z.object({
  merged: z.nullable(
    z.object({
      covered: count,
      total: count,
      metric: stored.metric,
      branches: stored.branches,
      functions: stored.functions,
      rounding: z.enum(['nearest', 'down']),
    }),
  ),
  sources: stored.sources,
  /** Why `merged` is null. */
  reason: z.nullable(z.string()),
  /** The sources of each report, to assess its freshness. */
  covered: z.array(
    z.object({
      /** Milliseconds since 1970; null for a report that is tracked by git and has no date of its own. */
      reportTime: z.nullable(z.number()),
      /** git rewrites the times of tracked files, so they do not show the age of a report. */
      tracked: z.boolean(),
      /** Relative to the project. */
      sources: z.array(z.string()),
    }),
  ),
  /** See `CountedCoverage`. */
  uncovered: z.map(z.string(), count),
  /** Source files that the reports name and the project does not have. */
  missingFiles: count,
  warnings: z.array(fileWarning),
});

export type CoverageOutcome = z.infer<typeof coverageOutcome>;

/**
 * Returns the coverage of a project as it is stored.
 * @param modifiedAt returns when a source was modified, in milliseconds since 1970; null if it does not exist.
 */
export function toCoverage(
  { merged, sources, reason, covered, missingFiles }: CoverageOutcome,
  modifiedAt: (path: string) => number | null,
): Coverage {
  const { freshness, staleFiles, goneFiles } = assessFreshness(covered, modifiedAt);
  const isKnown = merged !== null;
  return {
    percent: merged && percentOf(merged),
    covered: merged?.covered ?? null,
    total: merged?.total ?? null,
    metric: merged?.metric ?? null,
    branches: merged?.branches ?? null,
    functions: merged?.functions ?? null,
    sources,
    freshness: isKnown ? freshness : null,
    staleFiles: isKnown ? staleFiles : null,
    missingFiles: isKnown ? missingFiles + goneFiles : null,
    reason,
  };
}

/** Returns a percentage with two decimals, rounded as the tool of the report does. */
function percentOf({ covered, total, rounding }: NonNullable<CoverageOutcome['merged']>): number {
  const hundredths = (covered * 10_000) / total;
  return (rounding === 'down' ? Math.floor(hundredths) : Math.round(hundredths)) / 100;
}

/**
 * Compares reports with the sources that they cover. The commit is irrelevant: tests run before it.
 * @param modifiedAt returns when a source was modified, in milliseconds since 1970; null if it does not exist.
 */
export function assessFreshness(
  reports: readonly CoverageOutcome['covered'][number][],
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
