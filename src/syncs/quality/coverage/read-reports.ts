import { parentDir } from '../../../git/paths.ts';
import { isMachineProblem } from '../../../util/errors.ts';
import { FileError } from '../../../util/fs.ts';
import { isExample } from '../project-files/package-dirs.ts';
import type { ProjectView } from '../project-files/project-view.ts';
import { ReportError, withReportFile } from '../report/report-file.ts';
import { sessionMs } from '../report/report-time.ts';
import type { Hits, ReadSource, Report } from './coverage-format.ts';
import { rawDataDir } from './find/default-paths.ts';
import type { ReportCandidate } from './find/find-reports.ts';
import { readGoModules } from './find/go-modules.ts';
import { simplecovResultset } from './formats/json/simplecov-resultset.ts';
import { simplecov } from './formats/json/simplecov.ts';
import { resolveReport, type ParsedReport, type ResolvedReport } from './merge/resolve-report.ts';
import { createProjectCheck } from './merge/project-check.ts';
import { createSourceFinder, type SourceFinder } from './merge/source-finder.ts';
import { sumHits } from './parse/hit-counter.ts';
import { maxReportBytes, recognizeReports, type RecognizedReport } from './recognize-reports.ts';

/** Reads the reports about the sources of a project. `unread` describes the others, and why they don't count. */
export async function readReports(
  view: ProjectView,
  candidates: readonly ReportCandidate[],
): Promise<{ readonly reports: readonly ResolvedReport[]; readonly unread: readonly string[] }> {
  const { recognized, unread } = await recognizeReports(view, candidates);
  const reports: ResolvedReport[] = [];
  const ignored: string[] = [];
  if (recognized.length === 0) return { reports, unread };
  const find = createSourceFinder(view.root, view.files.keys(), await readGoModules(view));
  const isAbout = createProjectCheck(view);
  for (const one of withoutRawData(recognized)) {
    const { path, isConfigured } = one.candidate;
    const isTracked = view.files.get(path) === true;
    const origin = isTracked ? 'tracked by git' : isExample(path) ? 'below an example' : null;
    if (origin !== null && !isConfigured) {
      ignored.push(`${path} is ${origin}, so it need not be about this project: ${hint}`);
      continue;
    }
    const parsed = await parseReport(view, find, one);
    if (!parsed) continue;
    const resolved = resolveReport(parsed, find, isTracked);
    if (isConfigured || isAbout(resolved)) reports.push(resolved);
    else ignored.push(`${path} is about other sources: the project has no file that it names`);
  }
  return { reports, unread: [...ignored, ...unread] };
}

const hint = 'add it to quality.coverage.paths if it is';

function parseReport(
  view: ProjectView,
  find: SourceFinder,
  { candidate, format }: RecognizedReport,
): Promise<ParsedReport | null> {
  const { root, warnings, signal } = view;
  const limits = { maxBytes: maxReportBytes, signal };
  return warnings.guard(candidate.path, () =>
    withReportFile(`${root}/${candidate.path}`, limits, async ({ chunks }) => {
      const report = await format.parse(chunks(), createSourceReader(view, find, candidate));
      if (report.covered > report.total) throw new ReportError('covers more than its total');
      warnIfInconsistent(view, candidate.path, report);
      const hasOnlyTotals = report.files?.length === 0 && report.total > 0;
      return { candidate, format, report: hasOnlyTotals ? { ...report, files: null } : report };
    }),
  );
}

/** Warns if the percentage of the lines differs from that of the sums that the report states. */
function warnIfInconsistent({ warnings }: ProjectView, path: string, report: Report): void {
  const files = report.files ?? [];
  if (report.metric !== 'line' || !files.every(({ lines }) => lines !== null)) return;
  const lines = sumHits(files);
  const percentOf = ({ covered, total }: Hits): number =>
    total > 0 ? Math.round((covered * 10_000) / total) / 100 : 0;
  const [stated, counted] = [percentOf(report), percentOf(lines)];
  if (lines.total === 0 || Math.abs(stated - counted) < 0.011) return;
  const describe = ({ covered, total }: Hits, percent: number): string =>
    `${String(covered)} of ${String(total)} (${String(percent)} %)`;
  const message = `its sums are ${describe(report, stated)}, its lines ${describe(lines, counted)}`;
  warnings.add(path, message, 'report-inconsistent');
}

const maxSourceBytes = 8 * 1024 * 1024;

function createSourceReader(
  { root, signal }: ProjectView,
  find: SourceFinder,
  candidate: ReportCandidate,
): ReadSource {
  return async (path) => {
    // A name alone is sufficient: a wrong source has no lines that are ignored.
    const location = { package: candidate.package, sourceRoots: [], topDir: parentDir(path) };
    const source = find(path, location);
    if (source === null) return null;
    try {
      const limits = { maxBytes: maxSourceBytes, signal };
      return await withReportFile(`${root}/${source}`, limits, async ({ chunks }) => {
        const pieces: string[] = [];
        for await (const chunk of chunks()) pieces.push(chunk.toString('latin1'));
        return pieces.join('');
      });
    } catch (error) {
      if (error instanceof FileError && !isMachineProblem(error)) return null;
      throw error;
    }
  };
}

/**
 * nyc makes its reports from its raw data, and SimpleCov its coverage.json from its results. These are used only if there
 * is no such report of their session or a newer one: nyc's in the package, SimpleCov's in the directory.
 */
function withoutRawData(recognized: readonly RecognizedReport[]): readonly RecognizedReport[] {
  const isRaw = ({ candidate }: RecognizedReport): boolean =>
    candidate.path.split('/').includes(rawDataDir);
  const isMadeFrom = (report: RecognizedReport, raw: RecognizedReport): boolean =>
    isRaw(raw)
      ? !isRaw(report) && report.candidate.package === raw.candidate.package
      : raw.format === simplecovResultset &&
        report.format === simplecov &&
        parentDir(report.candidate.path) === parentDir(raw.candidate.path);
  const isNotOlder = (report: RecognizedReport, raw: RecognizedReport): boolean =>
    report.candidate.stats.mtimeMs + sessionMs >= raw.candidate.stats.mtimeMs;
  return recognized.filter(
    (raw) => !recognized.some((report) => isMadeFrom(report, raw) && isNotOlder(report, raw)),
  );
}
