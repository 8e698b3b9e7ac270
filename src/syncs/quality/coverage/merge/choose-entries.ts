import { getOrInsert } from '../../../../util/collections.ts';
import { sessionMs } from '../../report/report-time.ts';
import { lineState, type FileCoverage } from '../coverage-format.ts';
import { mergeFiles, type ResolvedReport } from './resolve-report.ts';

/** One source in one report. */
export interface Entry {
  readonly report: ResolvedReport;
  readonly file: FileCoverage;
  /** The place of the format among all formats; 0 is the most exact one. */
  readonly exactness: number;
}

/** Returns when the newest report was written; -Infinity without reports. */
export const newestOf = (reports: readonly ResolvedReport[]): number =>
  reports.reduce((newest, { writtenMs }) => Math.max(newest, writtenMs), -Infinity);

/**
 * Returns the entries of one source that are united:
 *
 * 1. Only those of the newest test session: an older report describes another state of the source.
 * 2. Only the most exact format of one run.
 * 3. Counts without lines can't be united. They are used only if all entries with lines are of one run, and of a less
 *    exact format. If they are of another run, with the same total, the one that ran more is used.
 */
export function chooseEntries(entries: readonly Entry[], isSameRun: IsSameRun): readonly Entry[] {
  const newest = newestOf(entries.map(({ report }) => report));
  const session = entries
    .filter(({ report }) => report.writtenMs === newest || report.writtenMs >= newest - sessionMs)
    .sort((one, other) => one.exactness - other.exactness);
  const runs: Entry[] = [];
  for (const entry of session) {
    if (entry.file.lines === null) continue;
    if (!runs.some((run) => isSameRun(run.report, entry.report))) runs.push(entry);
  }
  const [counts] = session
    .filter(({ file }) => file.lines === null)
    .sort((one, other) => one.exactness - other.exactness || other.file.covered - one.file.covered);
  const [run, ...more] = runs;
  if (!counts || !run) return counts ? [counts] : runs;
  const { covered, total } = mergeFiles(runs.map(({ file }) => file));
  const isOtherRun = counts.file.total === total && counts.file.covered !== covered;
  const isMoreExact = more.length === 0 && counts.exactness < run.exactness;
  return (isOtherRun ? counts.file.covered > covered : isMoreExact) ? [counts] : runs;
}

/** Whether two reports are of one test run in two formats. */
export type IsSameRun = (one: ResolvedReport, other: ResolvedReport) => boolean;

/**
 * Creates a comparison of reports. Two formats are of one run if they agree about every line that both have, and most
 * lines are in both: few tools disagree with themselves, and two runs hardly ever run the same lines.
 */
export function createRunComparison(): IsSameRun {
  const results = new Map<ResolvedReport, Map<ResolvedReport, boolean>>();
  return (one, other) => {
    if (one.format === other.format) return false;
    const known = getOrInsert(results, one, () => new Map<ResolvedReport, boolean>());
    return getOrInsert(known, other, () => agree(one, other));
  };
}

function agree(one: ResolvedReport, other: ResolvedReport): boolean {
  let common = 0;
  let different = 0;
  for (const [source, { lines = null }] of one.sources) {
    const otherLines = other.sources.get(source)?.lines ?? null;
    if (!lines || !otherLines) continue;
    for (let line = Math.max(lines.length, otherLines.length) - 1; line >= 0; line -= 1) {
      const state = lines[line] ?? lineState.none;
      const otherState = otherLines[line] ?? lineState.none;
      if (state === otherState) common += state === lineState.none ? 0 : 1;
      else if (state === lineState.none || otherState === lineState.none) different += 1;
      else return false;
    }
  }
  return different <= common;
}
