import type { FileCoverage, Hits, Report } from '../coverage-format.ts';
import type { CoverageOutcome } from '../coverage-outcome.ts';
import type { RecognizedReport } from '../recognize-reports.ts';
import { hitsOrNull, sumHits } from '../parse/hit-counter.ts';
import { countLines, mergeLines } from '../parse/line-table.ts';
import type { SourceFinder } from './source-finder.ts';

export interface ParsedReport extends RecognizedReport {
  readonly report: Report;
}

/**
 * Merges reports by source file and line: percentages are never averaged, and a line that several reports cover
 * counts once. A single report keeps the numbers of its tool. Returns null without reports.
 */
export function mergeReports(
  reports: readonly ParsedReport[],
  find: SourceFinder,
): CoverageOutcome['merged'] {
  const [first, ...others] = reports;
  if (!first) return null;
  if (others.length === 0) {
    const { covered, total, metric, branches, functions } = first.report;
    return {
      covered,
      total,
      metric,
      branches,
      functions,
      rounding: first.format.rounding ?? 'nearest',
    };
  }

  const files = new Map<string, FileCoverage>();
  let overlap = false;
  for (const { report, candidate } of reports) {
    const location = { package: candidate.package, sourceRoots: report.sourceRoots };
    for (const file of report.files ?? []) {
      const source = find(file.path, location) ?? `${candidate.package}/${file.path}`;
      const known = files.get(source);
      overlap ||= known !== undefined;
      files.set(source, known ? mergeFiles(known, file) : file);
    }
  }
  const totals = disjointTotals(reports);
  // A merged file is counted in lines, so all files have to be.
  const counted = overlap ? [...files.values()].map(inLines) : [...files.values()];
  const isInLines = overlap && totals.length === 0 && counted.every(({ lines }) => lines !== null);
  const metrics = new Set(
    isInLines ? ['line' as const] : reports.map(({ report }) => report.metric),
  );
  // Branches and functions cannot be merged by line; they can be added if no file is in two reports.
  const isDisjoint = !overlap && totals.length === reports.filter(hasOnlyTotals).length;
  const sumIfDisjoint = (hits: readonly (Hits | null)[]): Hits | null =>
    isDisjoint ? hitsOrNull(sumHits(hits.filter((one) => one !== null))) : null;
  return {
    ...sumHits([...counted, ...totals.map(({ report }) => report)]),
    metric: metrics.size === 1 ? ([...metrics][0] ?? null) : null,
    branches: sumIfDisjoint(reports.map(({ report }) => report.branches)),
    functions: sumIfDisjoint(reports.map(({ report }) => report.functions)),
    rounding: reports.every(({ format }) => format.rounding === 'down') ? 'down' : 'nearest',
  };
}

const hasOnlyTotals = ({ report }: ParsedReport): boolean => report.files === null;

/** Returns the reports with only totals whose packages no other report covers, preferring the largest. */
function disjointTotals(reports: readonly ParsedReport[]): readonly ParsedReport[] {
  const packages = reports.filter((one) => !hasOnlyTotals(one)).map((one) => one.candidate.package);
  const disjoint: ParsedReport[] = [];
  const bySize = reports
    .filter(hasOnlyTotals)
    .sort((one, other) => other.report.total - one.report.total);
  for (const one of bySize) {
    if (packages.some((dir) => overlaps(dir, one.candidate.package))) continue;
    packages.push(one.candidate.package);
    disjoint.push(one);
  }
  return disjoint;
}

const overlaps = (one: string, other: string): boolean =>
  one === '' ||
  other === '' ||
  `${one}/`.startsWith(`${other}/`) ||
  `${other}/`.startsWith(`${one}/`);

const inLines = (file: FileCoverage): FileCoverage =>
  file.lines === null ? file : { ...file, ...countLines(file.lines) };

/** Merges one source file from two reports. Lines take precedence over counts. */
function mergeFiles(one: FileCoverage, other: FileCoverage): FileCoverage {
  if (one.lines && other.lines) {
    const lines = mergeLines(one.lines, other.lines);
    return { path: one.path, ...countLines(lines), lines };
  }
  if (one.lines) return one;
  if (other.lines) return other;
  return other.covered > one.covered ? other : one;
}
