import { createHash } from 'node:crypto';
import { instantOrNull } from '../report/report-time.ts';
import { sanitizePath } from '../../../util/text.ts';
import { createProblems, type Problems } from '../project/file-warnings.ts';
import type { ProjectView } from '../project/project-view.ts';
import { findCandidates, type ReportCandidate } from './find/find-reports.ts';
import { mergeReports, type PlacedReport } from './merge/merge-reports.ts';
import type { CoverageOutcome } from './coverage-outcome.ts';
import { createSourceFinder, type SourceFinder } from './merge/source-finder.ts';

/** An outcome with the key under which it stays true; the key is null for what is not worth keeping. */
export interface CoverageResult {
  readonly key: string | null;
  readonly outcome: CoverageOutcome;
}

/**
 * Finds and reads the coverage reports of a project. While neither they nor the list of files change,
 * the last outcome is handed back and no report is opened. When one changes, all reports of the
 * project are read again, because their lines are not kept.
 */
export async function collectCoverage(
  view: ProjectView,
  globs: readonly string[],
  last: CoverageResult | null,
): Promise<CoverageResult> {
  const candidates = await findCandidates(view, globs);
  const key = keyOf(view, candidates);
  if (last?.key === key) return last;
  const problems = createProblems();
  const find = createSourceFinder(view.root, view.files.keys());
  // The formats are loaded only when there is something new to read.
  const { readReports } = await import('./read-reports.ts');
  const { reports, unread } = await readReports({ ...view, problems, find }, candidates);
  const isRacy = candidates.some(
    ({ stats }) => Math.max(stats.mtimeMs, stats.ctimeMs) > view.racyAfterMs,
  );
  return {
    key: isRacy || problems.mayPass() ? null : key,
    outcome: toOutcome(view, find, reports, unread, problems),
  };
}

const outcomeVersion = 4;

/** Changes with any report, and with the list of files that the paths in reports are looked up in. */
function keyOf({ files }: ProjectView, candidates: readonly ReportCandidate[]): string {
  const hash = createHash('sha1');
  const reports = candidates.map(({ path, package: folder, stats }) => [
    ...[path, folder, stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino],
    files.get(path) ?? false,
  ]);
  hash.update(JSON.stringify([outcomeVersion, reports]));
  if (candidates.length > 0) for (const path of files.keys()) hash.update(`${path}\0`);
  return hash.digest('hex');
}

function toOutcome(
  { files }: ProjectView,
  find: SourceFinder,
  reports: readonly PlacedReport[],
  unread: readonly string[],
  problems: Problems,
): CoverageOutcome {
  const missing = new Set<string>();
  const sources: CoverageOutcome['sources'] = [];
  const covered: CoverageOutcome['covered'] = [];
  for (const { candidate, format, report } of reports) {
    const place = { package: candidate.package, sourceRoots: report.sourceRoots };
    const found = new Set<string>();
    for (const file of report.files ?? []) {
      const source = find(file.path, place);
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
      reportTime: instantOrNull(reportTime),
    });
  }
  const measure = mergeReports(reports, find);
  return {
    measure: measure && measure.total > 0 ? measure : null,
    sources,
    reason: measure && measure.total > 0 ? null : reasonOf(reports, unread, problems),
    covered,
    missingFiles: missing.size,
    problems: [...problems.list],
  };
}

/** A report's own date, but never later than when it was written. git rewrites times of tracked files. */
function timeOf(stamp: number | null, writtenMs: number | null): number | null {
  if (stamp === null || writtenMs === null) return stamp ?? writtenMs;
  return Math.min(stamp, writtenMs);
}

function reasonOf(
  reports: readonly PlacedReport[],
  unread: readonly string[],
  problems: Problems,
): string {
  const [problem] = problems.list;
  const [report] = reports;
  if (report) return `${sanitizePath(report.candidate.path)} counts no lines`;
  if (problem) return `${problem.path}: ${problem.message}`;
  return sanitizePath(unread[0] ?? 'no coverage report was found');
}
