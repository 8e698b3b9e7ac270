import { createHash } from 'node:crypto';
import { sanitizePath } from '../../../util/text.ts';
import { createFileWarnings, type FileWarning } from '../project-files/file-warnings.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { toTimestampOrNull } from '../report/report-time.ts';
import type { CoverageOutcome } from './coverage-outcome.ts';
import { findCandidates, type ReportCandidate } from './find/find-reports.ts';
import { mergeReports, type ParsedReport } from './merge/merge-reports.ts';
import { createSourceFinder, type SourceFinder } from './merge/source-finder.ts';

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
  const warnings = createFileWarnings();
  const find = createSourceFinder(view.root, view.files.keys());
  // The formats are loaded only if a report has to be read.
  const { readReports } = await import('./read-reports.ts');
  const { reports, unread } = await readReports({ ...view, warnings, find }, candidates);
  const merged = mergeReports(reports, find);
  const hasCoverage = merged !== null && merged.total > 0;
  const isRacy = candidates.some(({ stats }) => stats.isRacy);
  return {
    key: isRacy || warnings.isTransient() ? null : key,
    outcome: {
      merged: hasCoverage ? merged : null,
      reason: hasCoverage ? null : reasonOf(reports, unread, warnings.list),
      ...mapSources(view, find, reports),
      warnings: [...warnings.list],
    },
  };
}

/** Returns a key of the reports and of the list of files, in which the paths of reports are looked up. */
function cacheKey({ files }: ProjectView, candidates: readonly ReportCandidate[]): string {
  const hash = createHash('sha1');
  for (const { path, package: dir, stats } of candidates) {
    hash.update(JSON.stringify([path, dir, stats.key, files.get(path) ?? false]));
  }
  if (candidates.length > 0) for (const path of files.keys()) hash.update(`${path}\0`);
  return hash.digest('hex');
}

function mapSources(
  { files }: ProjectView,
  find: SourceFinder,
  reports: readonly ParsedReport[],
): Pick<CoverageOutcome, 'sources' | 'covered' | 'missingFiles'> {
  const missing = new Set<string>();
  const sources: CoverageOutcome['sources'] = [];
  const covered: CoverageOutcome['covered'] = [];
  for (const { candidate, format, report } of reports) {
    const location = { package: candidate.package, sourceRoots: report.sourceRoots };
    const found = new Set<string>();
    for (const file of report.files ?? []) {
      const source = find(file.path, location);
      if (source === null) missing.add(file.path);
      else found.add(source);
    }
    const tracked = files.get(candidate.path) ?? false;
    const reportTime = timeOf(report.reportTime, tracked ? null : candidate.stats.mtimeMs);
    covered.push({ reportTime, tracked, sources: [...found] });
    sources.push({
      path: sanitizePath(candidate.path),
      format: format.name,
      covered: report.covered,
      total: report.total,
      reportTime: toTimestampOrNull(reportTime),
    });
  }
  return { sources, covered, missingFiles: missing.size };
}

/** Returns the date of a report, but no later than its mtime (null if git tracks it and rewrites the mtime). */
const timeOf = (reportTime: number | null, mtimeMs: number | null): number | null =>
  reportTime === null || mtimeMs === null ? (reportTime ?? mtimeMs) : Math.min(reportTime, mtimeMs);

function reasonOf(
  [report]: readonly ParsedReport[],
  [unread]: readonly string[],
  [warning]: readonly FileWarning[],
): string {
  if (report) return `${sanitizePath(report.candidate.path)} counts no lines`;
  if (warning) return `${warning.path}: ${warning.message}`;
  return sanitizePath(unread ?? 'no coverage report was found');
}
