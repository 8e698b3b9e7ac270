import { isMachineProblem } from '../../../util/errors.ts';
import { FileError } from '../../../util/fs.ts';
import type { Problems } from '../project/file-warnings.ts';
import { ReportError, withReportFile } from '../report/report-file.ts';
import { parentDir } from '../../../git/paths.ts';
import { rawDataFolder, type ReportCandidate } from './find/find-reports.ts';
import type { CoverageFormat, ReadSource } from './coverage-format.ts';
import { coverageFormats } from './formats/registry.ts';
import type { PlacedReport } from './merge/merge-reports.ts';
import type { SourceFinder } from './merge/source-finder.ts';
import { unsupportedFormat } from './formats/unsupported.ts';

const maxBytes = 256 * 1024 * 1024;

export interface ReadContext {
  /** Absolute path of the project. */
  readonly root: string;
  readonly problems: Problems;
  readonly signal: AbortSignal;
  readonly find: SourceFinder;
}

/** A candidate whose content is of a format that we read. */
interface Recognized {
  readonly candidate: ReportCandidate;
  readonly format: CoverageFormat;
}

/** The reports that count, and in words what was found but not read. */
export async function readReports(
  context: ReadContext,
  candidates: readonly ReportCandidate[],
): Promise<{ readonly reports: readonly PlacedReport[]; readonly unread: readonly string[] }> {
  const { recognized, unread } = await recognize(context, candidates);
  const folders = new Map<string, Recognized[]>();
  for (const one of withoutRawData(recognized)) {
    const folder = parentDir(one.candidate.path);
    folders.set(folder, [...(folders.get(folder) ?? []), one]);
  }
  const reports: PlacedReport[] = [];
  for (const folder of folders.values()) {
    reports.push(...(await readFolder(context, folder, folders.size > 1)));
  }
  return { reports, unread };
}

async function recognize(
  { root, problems, signal }: ReadContext,
  candidates: readonly ReportCandidate[],
): Promise<{ readonly recognized: readonly Recognized[]; readonly unread: readonly string[] }> {
  const recognized: Recognized[] = [];
  const unread: string[] = [];
  for (const candidate of candidates) {
    const head = await problems.guard(candidate.path, () =>
      withReportFile(`${root}/${candidate.path}`, { maxBytes, signal }, (file) =>
        Promise.resolve(file.head),
      ),
    );
    if (head === null) continue;
    const format = coverageFormats.find((known) => known.recognizes(head));
    const unsupported = unsupportedFormat(head);
    if (format) recognized.push({ candidate, format });
    else if (head === '') unread.push(`${candidate.path} is empty`);
    else if (unsupported) unread.push(`${candidate.path} is ${unsupported}`);
  }
  return { recognized, unread };
}

/** nyc's raw data is what its reports are made of: it counts only in a package without any. */
function withoutRawData(recognized: readonly Recognized[]): readonly Recognized[] {
  const isRaw = ({ candidate }: Recognized): boolean =>
    candidate.path.split('/').includes(rawDataFolder);
  const reported = new Set(
    recognized.filter((one) => !isRaw(one)).map(({ candidate }) => candidate.package),
  );
  return recognized.filter((one) => !isRaw(one) || !reported.has(one.candidate.package));
}

/**
 * One folder is one run: of several formats only the first counts that can be read. Several files of
 * one format are parts of it. To be united with other folders, reports with lines go first.
 */
async function readFolder(
  context: ReadContext,
  folder: readonly Recognized[],
  preferLines: boolean,
): Promise<readonly PlacedReport[]> {
  const formats = coverageFormats.filter((format) => folder.some((one) => one.format === format));
  const parts = (format: CoverageFormat): readonly Recognized[] =>
    folder.filter((one) => one.format === format);
  const needsLines = preferLines || formats.some((format) => parts(format).length > 1);
  const ordered = needsLines
    ? [...formats.filter((one) => one.hasLines), ...formats.filter((one) => !one.hasLines)]
    : formats;
  for (const format of ordered) {
    const reports: PlacedReport[] = [];
    for (const part of parts(format)) {
      const report = await readReport(context, part);
      if (report) reports.push(report);
    }
    if (reports.length > 0) return reports;
  }
  return [];
}

function readReport(
  context: ReadContext,
  { candidate, format }: Recognized,
): Promise<PlacedReport | null> {
  const { root, problems, signal } = context;
  return problems.guard(candidate.path, () =>
    withReportFile(`${root}/${candidate.path}`, { maxBytes, signal }, async ({ chunks }) => {
      const report = await format.parse(chunks(), sourceReader(context, candidate));
      if (report.covered > report.total) throw new ReportError('covers more than there is');
      return { candidate, format, report };
    }),
  );
}

const maxSourceBytes = 8 * 1024 * 1024;

function sourceReader(
  { root, find, signal }: ReadContext,
  { package: folder }: ReportCandidate,
): ReadSource {
  return async (path) => {
    const source = find(path, { package: folder, sourceRoots: [] });
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
