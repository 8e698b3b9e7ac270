import { parentDir } from '../../../git/paths.ts';
import { rawDataDir } from './find/default-paths.ts';
import { coverageFormats } from './formats/registry.ts';
import type { RecognizedReport } from './recognize-reports.ts';

/**
 * The reports of one test run: alternatives in order of preference, of which the first readable one counts. The
 * files of an alternative have the same format and are parts of one report.
 */
export type TestRun = readonly (readonly RecognizedReport[])[];

/**
 * Groups reports by test run: each directory is one. If reports have to be merged, because there are several
 * directories or files of one format, formats with line data come first.
 */
export function selectReports(recognized: readonly RecognizedReport[]): readonly TestRun[] {
  const dirs = new Map<string, RecognizedReport[]>();
  for (const one of withoutRawData(recognized)) {
    const dir = parentDir(one.candidate.path);
    dirs.set(dir, [...(dirs.get(dir) ?? []), one]);
  }
  return Array.from(dirs.values(), (reports) => {
    const alternatives = coverageFormats
      .map((format) => reports.filter((one) => one.format === format))
      .filter((parts) => parts.length > 0);
    const isMerged = dirs.size > 1 || alternatives.some((parts) => parts.length > 1);
    if (!isMerged) return alternatives;
    const hasLines = (parts: readonly RecognizedReport[]): boolean =>
      parts[0]?.format.hasLines === true;
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
