import type { FileWarnings } from '../project-files/file-warnings.ts';
import { withReportFile } from '../report/report-file.ts';
import type { CoverageFormat } from './coverage-format.ts';
import type { ReportCandidate } from './find/find-reports.ts';
import { coverageFormats } from './formats/registry.ts';
import type { SourceFinder } from './merge/source-finder.ts';

export const maxReportBytes = 256 * 1024 * 1024;

export interface ReadContext {
  /** Absolute path of the project. */
  readonly root: string;
  readonly warnings: FileWarnings;
  readonly signal: AbortSignal;
  readonly find: SourceFinder;
}

/** A candidate whose content has a supported format. */
export interface RecognizedReport {
  readonly candidate: ReportCandidate;
  readonly format: CoverageFormat;
}

/** Finds the format of each candidate by its first 4 KiB. `unread` describes empty and unsupported reports. */
export async function recognizeReports(
  { root, warnings, signal }: ReadContext,
  candidates: readonly ReportCandidate[],
): Promise<{
  readonly recognized: readonly RecognizedReport[];
  readonly unread: readonly string[];
}> {
  const recognized: RecognizedReport[] = [];
  const unread: string[] = [];
  for (const candidate of candidates) {
    const { path } = candidate;
    const limits = { maxBytes: maxReportBytes, signal };
    const head = await warnings.guard(path, () =>
      withReportFile(`${root}/${path}`, limits, (file) => Promise.resolve(file.head)),
    );
    if (head === null) continue;
    const format = coverageFormats.find((known) => known.recognizes(head));
    const unsupported = describeUnsupported(head);
    if (format) recognized.push({ candidate, format });
    else if (head === '') unread.push(`${path} is empty`);
    else if (unsupported !== null) unread.push(`${path} is ${unsupported}`);
  }
  return { recognized, unread };
}

interface UnsupportedFormat {
  readonly name: string;
  readonly pattern: RegExp;
  /** The command that converts it to a supported format; null if none exists. */
  readonly command: string | null;
}

/** Formats that are recognized but not parsed, to report why the percentage is missing. */
const unsupportedFormats = [
  {
    name: 'binary Go coverage data',
    // A metadata or counter file of GOCOVERDIR (Go's internal/coverage/defs.go).
    pattern: /^\0c[vw]m/,
    command: 'go tool covdata textfmt',
  },
  {
    name: 'coverage.py data',
    pattern: /^SQLite format 3\0/,
    command: 'coverage json',
  },
  {
    // It has percentages only; the lines are in .resultset.json.
    name: "SimpleCov's last run",
    pattern: /^\s*\{\s*"result"\s*:\s*\{\s*"(?:line|covered_percent)"/,
    command: null,
  },
] as const satisfies readonly UnsupportedFormat[];

/**
 * Returns the name of a recognized but unsupported format and how to convert it; null if the first 4 KiB of the
 * file match none.
 */
function describeUnsupported(head: string): string | null {
  const known = unsupportedFormats.find(({ pattern }) => pattern.test(head));
  if (known === undefined) return null;
  const { name, command } = known;
  return `${name}, which is not supported${command === null ? '' : `: run \`${command}\``}`;
}
