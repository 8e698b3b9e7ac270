import type { ProjectView } from '../project-files/project-view.ts';
import { withReportFile } from '../report/report-file.ts';
import { readSignature, type ReportSignature } from '../report/report-signature.ts';
import type { CoverageFormat } from './coverage-format.ts';
import type { ReportCandidate } from './find/find-reports.ts';
import { coverageFormats } from './formats/registry.ts';
import { describeUnsupported, isUnsupported } from './unsupported-formats.ts';

export const maxReportBytes = 256 * 1024 * 1024;

/** A candidate whose content has a supported format. */
export interface RecognizedReport {
  readonly candidate: ReportCandidate;
  readonly format: CoverageFormat;
}

/** Finds the format of each candidate by its content. `unread` describes empty and unsupported reports. */
export async function recognizeReports(
  { root, warnings, signal }: ProjectView,
  candidates: readonly ReportCandidate[],
): Promise<{
  readonly recognized: readonly RecognizedReport[];
  readonly unread: readonly string[];
}> {
  const recognized: RecognizedReport[] = [];
  const unread: string[] = [];
  for (const candidate of candidates) {
    const { path } = candidate;
    if (path.endsWith('.xcresult')) {
      unread.push(`${path} is a result bundle of Xcode: run \`xcrun xccov view --report --json\``);
      continue;
    }
    const limits = { maxBytes: maxReportBytes, signal };
    const signature = await warnings.guard(path, () =>
      withReportFile(`${root}/${path}`, limits, ({ chunks }) =>
        readSignature(chunks(), (one) => recognizeFormat(one) !== null || isUnsupported(one)),
      ),
    );
    if (signature === null) continue;
    const format = recognizeFormat(signature);
    if (format) recognized.push({ candidate, format });
    else {
      const problem = describeUnsupported(path, signature);
      if (problem !== null) unread.push(`${path} ${problem}`);
      if (problem !== null && signature.problem !== null) warnings.add(path, signature.problem);
    }
  }
  return { recognized, unread };
}

/** Returns the supported format of a file; null for any other file. */
const recognizeFormat = (signature: ReportSignature): CoverageFormat | null =>
  coverageFormats.find((format) => format.recognizes(signature)) ?? null;
