import type { ReportCandidate } from '../find/find-reports.ts';
import type { CoverageFormat, FileCoverage, Hits, Metric, Report } from '../coverage-format.ts';
import { countLines, uniteLines } from '../parse/line-table.ts';
import type { SourceFinder } from './source-finder.ts';

/** A report with where it lies. */
export interface PlacedReport {
  readonly candidate: ReportCandidate;
  readonly format: CoverageFormat;
  readonly report: Report;
}

/** What all reports of a project say together. */
export interface Measure extends Hits {
  readonly metric: Metric | null;
  readonly branches: Hits | null;
  readonly functions: Hits | null;
  readonly rounding: CoverageFormat['rounding'];
}

/**
 * Makes one number of several reports: the union by source file and line, never an average and never
 * a sum of what is in two of them. One report alone keeps its tool's own numbers. null without reports.
 */
export function mergeReports(reports: readonly PlacedReport[], find: SourceFinder): Measure | null {
  const [first, ...others] = reports;
  if (!first) return null;
  if (others.length === 0) {
    const { covered, total, metric, branches, functions } = first.report;
    return { covered, total, metric, branches, functions, rounding: first.format.rounding };
  }

  const files = new Map<string, FileCoverage>();
  let overlap = false;
  for (const { report, candidate } of reports) {
    const place = { package: candidate.package, sourceRoots: report.sourceRoots };
    for (const file of report.files ?? []) {
      const source = find(file.path, place) ?? `${candidate.package}/${file.path}`;
      const known = files.get(source);
      overlap ||= known !== undefined;
      files.set(source, known ? unite(known, file) : file);
    }
  }
  const totals = apartTotals(reports);
  // What was united is counted in lines, and then all has to be.
  const counted = overlap ? [...files.values()].map(inLines) : [...files.values()];
  const metrics = new Set(
    overlap && totals.length === 0 && counted.every(({ lines }) => lines !== null)
      ? ['line' as const]
      : reports.map(({ report }) => report.metric),
  );
  const addsUp = !overlap && totals.length === reports.filter(hasOnlyTotals).length;
  return {
    ...sum([...counted, ...totals.map(({ report }) => report)]),
    metric: metrics.size === 1 ? ([...metrics][0] ?? null) : null,
    // They can't be united by line; they add up where no file is in two reports.
    branches: addsUp ? sumOrNull(reports.map(({ report }) => report.branches)) : null,
    functions: addsUp ? sumOrNull(reports.map(({ report }) => report.functions)) : null,
    rounding: reports.every(({ format }) => format.rounding === 'down') ? 'down' : 'nearest',
  };
}

const hasOnlyTotals = ({ report }: PlacedReport): boolean => report.files === null;

/** The reports without files that count nothing that another one counts too; the largest go first. */
function apartTotals(reports: readonly PlacedReport[]): readonly PlacedReport[] {
  const counted = reports.filter((one) => !hasOnlyTotals(one)).map((one) => one.candidate.package);
  const apart: PlacedReport[] = [];
  const bySize = reports
    .filter(hasOnlyTotals)
    .sort((one, other) => other.report.total - one.report.total);
  for (const one of bySize) {
    if (counted.some((folder) => overlaps(folder, one.candidate.package))) continue;
    counted.push(one.candidate.package);
    apart.push(one);
  }
  return apart;
}

const overlaps = (one: string, other: string): boolean =>
  `${one}/`.startsWith(`${other}/`) ||
  `${other}/`.startsWith(`${one}/`) ||
  one === '' ||
  other === '';

const inLines = (file: FileCoverage): FileCoverage =>
  file.lines === null ? file : { ...file, ...countLines(file.lines) };

/** The same source file in two reports. Lines tell more than counts alone. */
function unite(one: FileCoverage, other: FileCoverage): FileCoverage {
  if (one.lines && other.lines) {
    const lines = uniteLines(one.lines, other.lines);
    return { path: one.path, ...countLines(lines), lines };
  }
  if (one.lines) return one;
  if (other.lines) return other;
  return other.covered > one.covered ? other : one;
}

function sum(hits: readonly Hits[]): Hits {
  return {
    covered: hits.reduce((covered, one) => covered + one.covered, 0),
    total: hits.reduce((total, one) => total + one.total, 0),
  };
}

/** The sum of what is known in at least one report; null where none knows. */
function sumOrNull(hits: readonly (Hits | null)[]): Hits | null {
  const known = hits.filter((one) => one !== null);
  return known.length > 0 ? sum(known) : null;
}
