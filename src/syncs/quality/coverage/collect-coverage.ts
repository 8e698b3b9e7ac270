import { createHash } from 'node:crypto';
import { sanitizePath } from '../../../util/text.ts';
import { createFileWarnings, type FileWarning } from '../project-files/file-warnings.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { statReport } from '../report/report-stats.ts';
import { toTimestampOrNull } from '../report/report-time.ts';
import type { CoverageOutcome } from './coverage-outcome.ts';
import { findCandidates, type ReportCandidate } from './find/find-reports.ts';
import { listGoModules } from './find/go-modules.ts';
import type { UsedReport } from './merge/count-coverage.ts';

/** An outcome and the key of its inputs; the key is null if the outcome must not be cached. */
export interface CoverageResult {
  readonly key: string | null;
  readonly outcome: CoverageOutcome;
}

/**
 * Finds and reads the coverage reports of a project. Returns the last result without opening a report if neither
 * the reports nor the list of files changed. If one changed, all are read again, because line data is not cached.
 */
export async function collectCoverage(
  view: ProjectView,
  globs: readonly string[],
  last: CoverageResult | null,
): Promise<CoverageResult> {
  const candidates = await findCandidates(view, globs);
  const key = cacheKey(view, candidates);
  if (last?.key === key) return last;
  if (candidates.length === 0) return { key, outcome: noReports };
  const warnings = createFileWarnings();
  // The formats are loaded only if a report has to be read.
  const { readReports } = await import('./read-reports.ts');
  const { reports, unread } = await readReports({ ...view, warnings }, candidates);
  const { countCoverage } = await import('./merge/count-coverage.ts');
  const { merged, used, missingFiles, uncovered } = countCoverage(reports);
  const hasCoverage = merged !== null && merged.total > 0;
  const skipped = warnings.list.filter(({ code }) => code === undefined);
  const isRacy = candidates.some(({ stats }) => stats.isRacy);
  return {
    key: isRacy || warnings.isTransient() ? null : key,
    outcome: {
      merged: hasCoverage ? merged : null,
      reason: hasCoverage ? null : reasonOf(used, unread, skipped),
      ...describeUsed(view, used),
      missingFiles,
      uncovered: new Map(uncovered),
      warnings: [...warnings.list],
    },
  };
}

const noReportsReason = 'no coverage report was found';

const noReports: CoverageOutcome = {
  merged: null,
  reason: noReportsReason,
  ...{ sources: [], covered: [], missingFiles: 0, uncovered: new Map(), warnings: [] },
};

/**
 * Returns a key of the reports, and of the list of files and the Go modules, by which the paths in reports are looked
 * up.
 */
function cacheKey(view: ProjectView, candidates: readonly ReportCandidate[]): string {
  const hash = createHash('sha1');
  if (candidates.length === 0) return hash.digest('hex');
  const { files } = view;
  for (const { path, package: dir, isConfigured, stats } of candidates) {
    hash.update(JSON.stringify([path, dir, isConfigured, stats.key, files.get(path) ?? false]));
  }
  hash.update(view.filesKey);
  for (const path of listGoModules(view)) hash.update(statReport(view, path)?.key ?? '-');
  return hash.digest('hex');
}

function describeUsed(
  { files }: ProjectView,
  used: readonly UsedReport[],
): Pick<CoverageOutcome, 'sources' | 'covered'> {
  const sources: CoverageOutcome['sources'] = [];
  const covered: CoverageOutcome['covered'] = [];
  for (const { resolved, sources: own } of used) {
    const { candidate, format, report } = resolved;
    const tracked = files.get(candidate.path) ?? false;
    const reportTime = timeOf(report.reportTime, tracked ? null : candidate.stats.mtimeMs);
    covered.push({ reportTime, tracked, sources: [...own] });
    sources.push({
      path: sanitizePath(candidate.path),
      format: format.name,
      covered: report.covered,
      total: report.total,
      reportTime: toTimestampOrNull(reportTime),
    });
  }
  return { sources, covered };
}

/** Returns the date of a report, but no later than its mtime (null if git tracks it and rewrites the mtime). */
const timeOf = (reportTime: number | null, mtimeMs: number | null): number | null =>
  reportTime === null || mtimeMs === null ? (reportTime ?? mtimeMs) : Math.min(reportTime, mtimeMs);

function reasonOf(
  [report]: readonly UsedReport[],
  [unread]: readonly string[],
  [warning]: readonly FileWarning[],
): string {
  if (report) return `${sanitizePath(report.resolved.candidate.path)} counts no lines`;
  if (warning) return `${warning.path}: ${warning.message}`;
  return sanitizePath(unread ?? noReportsReason);
}
