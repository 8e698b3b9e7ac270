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
import { selectReports, type TestRun } from './select-reports.ts';

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
