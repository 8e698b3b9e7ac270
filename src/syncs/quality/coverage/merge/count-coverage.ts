import { getOrInsert } from '../../../../util/collections.ts';
import type { FileCoverage, Hits, Metric } from '../coverage-format.ts';
import type { CoverageOutcome } from '../coverage-outcome.ts';
import { coverageFormats } from '../formats/registry.ts';
import { HitCounter, hitsOrNull, sumHits } from '../parse/hit-counter.ts';
import { sessionMs } from '../../report/report-time.ts';
import {
  chooseEntries,
  createRunComparison,
  newestOf,
  type Entry,
  type IsSameRun,
} from './choose-entries.ts';
import { mergeFiles, type ResolvedReport } from './resolve-report.ts';

/** A report that counts, with the sources that are counted from it. */
export interface UsedReport {
  readonly resolved: ResolvedReport;
  readonly sources: readonly string[];
}

export interface CountedCoverage {
  /** Null without reports. */
  readonly merged: CoverageOutcome['merged'];
  readonly used: readonly UsedReport[];
  /** The number of files in the counted reports that the project does not have. */
  readonly missingFiles: number;
  /** How much of each source the tests did not run, in the unit of its report. */
  readonly uncovered: ReadonlyMap<string, number>;
}

/**
 * Counts each source once, from the reports that `chooseEntries` chooses for it. Percentages are never averaged.
 * A report of which every file is counted, and no other report's, keeps the numbers that its tool printed.
 */
export function countCoverage(reports: readonly ResolvedReport[]): CountedCoverage {
  const { totals, others } = separateTotals(reports);
  const isSameRun = createRunComparison();
  const sources = chooseBySource(others, ({ sources }) => sources, isSameRun);
  // The other names of superseded sources are unknown, so a report that lost a source counts none that is missing.
  const complete = others.filter(
    (report) => !sources.dropped.has(report) && !isSuperseded(report, others),
  );
  const missing = chooseBySource(complete, ({ missing }) => missing, isSameRun);
  const dropped = new Set([...sources.dropped, ...missing.dropped]);
  const shared = new Set<ResolvedReport>();
  const chosen = [...sources.chosen.values(), ...missing.chosen.values()];
  for (const entries of chosen) {
    if (entries.length > 1) for (const { report } of entries) shared.add(report);
  }
  const isIntact = (report: ResolvedReport): boolean => !dropped.has(report) && !shared.has(report);

  const sum = new HitCounter();
  const metrics = new Set<Metric>();
  for (const entries of chosen) {
    const [first] = entries;
    if (!first || isIntact(first.report)) continue;
    const file = mergeFiles(entries.map((entry) => entry.file));
    sum.addHits(file);
    metrics.add(metricOf(file, first.report));
  }
  const used = findUsed(others, sources.chosen, missing.chosen, totals);
  const intact = used.map(({ resolved }) => resolved).filter(isIntact);
  for (const { report } of intact) {
    sum.addHits(report);
    metrics.add(report.metric);
  }
  if (used.length === 0) return { merged: null, used, missingFiles: 0, uncovered: new Map() };
  // Branches and functions can't be united by line; they can be added if no source is in two reports.
  const sumIfIntact = (hits: readonly (Hits | null)[]): Hits | null =>
    intact.length === used.length ? hitsOrNull(sumHits(hits.filter((one) => one !== null))) : null;
  return {
    merged: {
      covered: sum.covered,
      total: sum.total,
      metric: metrics.size === 1 ? ([...metrics][0] ?? null) : null,
      branches: sumIfIntact(intact.map(({ report }) => report.branches)),
      functions: sumIfIntact(intact.map(({ report }) => report.functions)),
      rounding: used.every(({ resolved }) => resolved.format.rounding === 'down')
        ? 'down'
        : 'nearest',
    },
    used,
    missingFiles: missing.chosen.size,
    uncovered: countUncovered(sources.chosen),
  };
}

function countUncovered(chosen: Choice['chosen']): Map<string, number> {
  const uncovered = new Map<string, number>();
  for (const [source, entries] of chosen) {
    const { total, covered } = mergeFiles(entries.map(({ file }) => file));
    if (total > covered) uncovered.set(source, total - covered);
  }
  return uncovered;
}

const metricOf = (file: FileCoverage, { report }: ResolvedReport): Metric =>
  file.lines === null || file.blocks ? report.metric : 'line';

interface Choice {
  readonly chosen: ReadonlyMap<string, readonly Entry[]>;
  /** Reports of which at least one file is not counted. */
  readonly dropped: ReadonlySet<ResolvedReport>;
}

function chooseBySource(
  reports: readonly ResolvedReport[],
  filesOf: (report: ResolvedReport) => ReadonlyMap<string, FileCoverage>,
  isSameRun: IsSameRun,
): Choice {
  const bySource = new Map<string, Entry[]>();
  for (const report of reports) {
    const exactness = coverageFormats.findIndex((format) => format === report.format);
    for (const [source, file] of filesOf(report)) {
      getOrInsert(bySource, source, () => []).push({ report, file, exactness });
    }
  }
  const chosen = new Map<string, readonly Entry[]>();
  const dropped = new Set<ResolvedReport>();
  for (const [source, entries] of bySource) {
    const kept = entries.length === 1 ? entries : chooseEntries(entries, isSameRun);
    chosen.set(source, kept);
    if (kept.length === entries.length) continue;
    for (const entry of entries) if (!kept.includes(entry)) dropped.add(entry.report);
  }
  return { chosen, dropped };
}

function findUsed(
  reports: readonly ResolvedReport[],
  chosen: Choice['chosen'],
  missing: Choice['chosen'],
  totals: readonly ResolvedReport[],
): readonly UsedReport[] {
  const sources = new Map<ResolvedReport, string[]>();
  for (const [source, entries] of chosen) {
    for (const { report } of entries) getOrInsert(sources, report, () => []).push(source);
  }
  for (const { report } of [...missing.values()].flat()) getOrInsert(sources, report, () => []);
  return [...reports, ...totals].flatMap((resolved) => {
    const own = sources.get(resolved);
    const isUsed = own !== undefined || totals.includes(resolved) || isEmpty(resolved);
    return isUsed ? [{ resolved, sources: own ?? [] }] : [];
  });
}

/**
 * Whether the project has none of the files of a report, but those of a report of a newer session about the same package:
 * its sources were probably renamed.
 */
const isSuperseded = (
  { sources, missing, writtenMs, candidate }: ResolvedReport,
  reports: readonly ResolvedReport[],
): boolean =>
  sources.size === 0 &&
  missing.size > 0 &&
  reports.some(
    (other) =>
      other.writtenMs > writtenMs + sessionMs &&
      [...other.sources.keys()].some((source) => isInside(source, candidate.package)),
  );

/** Whether a report names no file, as after a run that found nothing to measure. */
const isEmpty = ({ report }: ResolvedReport): boolean => report.files?.length === 0;

/**
 * Separates the reports that have only totals. Such a report covers the directory of its package: it counts if every
 * other report of sources in it is older, and then these don't count; else the others count.
 */
function separateTotals(reports: readonly ResolvedReport[]): {
  readonly totals: readonly ResolvedReport[];
  readonly others: readonly ResolvedReport[];
} {
  const onlyTotals = reports
    .filter(({ report }) => report.files === null)
    .sort((one, other) => other.report.total - one.report.total);
  if (onlyTotals.length === 0) return { totals: [], others: reports };
  let others = reports.filter(({ report }) => report.files !== null);
  const totals: ResolvedReport[] = [];
  for (const one of onlyTotals) {
    const dir = one.candidate.package;
    const rivals = [
      ...others.filter((report) => isAbout(report, dir)),
      ...totals.filter(({ candidate }) => overlaps(candidate.package, dir)),
      ...onlyTotals.filter(
        (other) =>
          other.writtenMs > one.writtenMs + sessionMs && overlaps(other.candidate.package, dir),
      ),
    ];
    if (newestOf(rivals) >= one.writtenMs - sessionMs) continue;
    others = others.filter((report) => !rivals.includes(report));
    totals.push(one);
  }
  return { totals, others };
}

/** Whether a report covers a source in a directory. */
const isAbout = ({ candidate, sources, missing }: ResolvedReport, dir: string): boolean =>
  [...sources.keys()].some((source) => isInside(source, dir)) ||
  (missing.size > 0 && overlaps(candidate.package, dir));

const isInside = (path: string, dir: string): boolean => dir === '' || path.startsWith(`${dir}/`);

const overlaps = (one: string, other: string): boolean =>
  isInside(`${one}/`, other) || isInside(`${other}/`, one);
