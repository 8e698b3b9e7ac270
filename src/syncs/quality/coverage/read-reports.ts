import { groupBy } from '../../../util/collections.ts';
import { isMachineProblem } from '../../../util/errors.ts';
import { FileError } from '../../../util/fs.ts';
import { ReportError, withReportFile } from '../report/report-file.ts';
import type { ReadSource } from './coverage-format.ts';
import type { ReportCandidate } from './find/find-reports.ts';
import type { ParsedReport } from './merge/merge-reports.ts';
import {
  maxReportBytes,
  recognizeReports,
  type ReadContext,
  type RecognizedReport,
} from './recognize-reports.ts';
import { parentDir } from '../../../git/paths.ts';
import { rawDataDir } from './find/default-paths.ts';
import { coverageFormats } from './formats/registry.ts';

/** Parses the reports that count. `unread` describes empty and unsupported ones. */
export async function readReports(
  context: ReadContext,
  candidates: readonly ReportCandidate[],
): Promise<{ readonly reports: readonly ParsedReport[]; readonly unread: readonly string[] }> {
  const { recognized, unread } = await recognizeReports(context, candidates);
  const reports: ParsedReport[] = [];
  for (const run of selectReports(recognized)) reports.push(...(await readTestRun(context, run)));
  return { reports, unread };
}

async function readTestRun(context: ReadContext, run: TestRun): Promise<readonly ParsedReport[]> {
  for (const parts of run) {
    const reports: ParsedReport[] = [];
    for (const part of parts) {
      const report = await parseReport(context, part);
      if (report) reports.push(report);
    }
    if (reports.length > 0) return reports;
  }
  return [];
}

function parseReport(
  context: ReadContext,
  { candidate, format }: RecognizedReport,
): Promise<ParsedReport | null> {
  const { root, warnings, signal } = context;
  const limits = { maxBytes: maxReportBytes, signal };
  return warnings.guard(candidate.path, () =>
    withReportFile(`${root}/${candidate.path}`, limits, async ({ chunks }) => {
      const report = await format.parse(chunks(), createSourceReader(context, candidate));
      if (report.covered > report.total) throw new ReportError('covers more than its total');
      return { candidate, format, report };
    }),
  );
}

const maxSourceBytes = 8 * 1024 * 1024;

function createSourceReader(
  { root, find, signal }: ReadContext,
  candidate: ReportCandidate,
): ReadSource {
  return async (path) => {
    const source = find(path, { package: candidate.package, sourceRoots: [] });
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
 * The reports of one test run: alternatives in order of preference, of which the first readable one counts. The
 * files of an alternative have the same format and are parts of one report.
 */
type TestRun = readonly (readonly RecognizedReport[])[];

/**
 * Groups reports by test run: each directory is one. If reports have to be merged, because there are several
 * directories or files of one format, formats with line data come first.
 */
function selectReports(recognized: readonly RecognizedReport[]): readonly TestRun[] {
  const dirs = groupBy(withoutRawData(recognized), ({ candidate }) => parentDir(candidate.path));
  return Array.from(dirs.values(), (reports) => {
    const alternatives = coverageFormats
      .map((format) => reports.filter((one) => one.format === format))
      .filter((parts) => parts.length > 0);
    const isMerged = dirs.size > 1 || alternatives.some((parts) => parts.length > 1);
    if (!isMerged) return alternatives;
    const hasLines = ([part]: readonly RecognizedReport[]): boolean =>
      part?.format.hasOnlyTotals !== true;
    return [...alternatives.filter(hasLines), ...alternatives.filter((parts) => !hasLines(parts))];
  });
}

/** nyc makes its reports from its raw data, which is used only in a package without any report. */
function withoutRawData(recognized: readonly RecognizedReport[]): readonly RecognizedReport[] {
  const isRaw = ({ candidate }: RecognizedReport): boolean =>
    candidate.path.split('/').includes(rawDataDir);
  const reported = new Set(
    recognized.filter((one) => !isRaw(one)).map(({ candidate }) => candidate.package),
  );
  return recognized.filter((one) => !isRaw(one) || !reported.has(one.candidate.package));
}
