import { parentDir } from '../../../../git/paths.ts';
import type { FileCoverage, Hits, Report } from '../coverage-format.ts';
import type { RecognizedReport } from '../recognize-reports.ts';
import { countLines, mergeLines } from '../parse/line-table.ts';
import {
  isAbsolute,
  withSlashes,
  type ReportLocation,
  type SourceFinder,
} from './source-finder.ts';

export interface ParsedReport extends RecognizedReport {
  readonly report: Report;
}

/** A report with its files by the sources of the project: what it covers, by which tool, and when it was written. */
export interface ResolvedReport extends ParsedReport {
  /**
   * Milliseconds since 1970: the time of the file, or the date in the report if git tracks it, because git rewrites the
   * times of files. -Infinity if that is unknown.
   */
  readonly writtenMs: number;
  readonly sources: ReadonlyMap<string, FileCoverage>;
  /** The files that the project does not have, by package and path. */
  readonly missing: ReadonlyMap<string, FileCoverage>;
}

export function resolveReport(
  parsed: ParsedReport,
  find: SourceFinder,
  isTracked: boolean,
): ResolvedReport {
  const { candidate, report } = parsed;
  const files = report.files ?? [];
  const location: ReportLocation = {
    package: candidate.package,
    sourceRoots: report.sourceRoots,
    topDir: topDirOf(files),
  };
  const sources = new Map<string, FileCoverage>();
  const missing = new Map<string, FileCoverage>();
  for (const file of files) {
    const source = find(file.path, location);
    const target = source === null ? missing : sources;
    const key = source ?? `${candidate.package}/${file.path}`;
    const known = target.get(key);
    target.set(key, known ? mergeFiles([known, file]) : file);
  }
  const writtenMs = isTracked ? (report.reportTime ?? -Infinity) : candidate.stats.mtimeMs;
  return { ...parsed, writtenMs, sources, missing };
}

/** Returns the directory that the absolute paths of a report have in common; `''` if these are on several drives. */
function topDirOf(files: readonly FileCoverage[]): string | null {
  let top: string | null = null;
  for (const { path: reported } of files) {
    const path = withSlashes(reported);
    if (!isAbsolute(path)) continue;
    top ??= parentDir(path);
    while (top !== '' && !path.startsWith(`${top}/`)) top = parentDir(top);
  }
  return top;
}

/** Unites one source from several reports: by block if all have blocks, else by line. One without lines is ignored. */
export function mergeFiles(files: readonly FileCoverage[]): FileCoverage {
  const [first, ...others] = files.filter(({ lines }) => lines !== null);
  if (!first?.lines) return files.reduce((one, file) => (file.covered > one.covered ? file : one));
  if (others.length === 0) return first;
  const lines = others.reduce((all, { lines }) => mergeLines(all, lines ?? all), first.lines);
  const blocks = mergeBlocks([first, ...others]);
  return blocks
    ? { path: first.path, ...countStatements(blocks), lines, blocks }
    : { path: first.path, ...countLines(lines), lines };
}

function mergeBlocks(files: readonly FileCoverage[]): Map<string, number> | null {
  const merged = new Map<string, number>();
  for (const { blocks } of files) {
    if (!blocks) return null;
    for (const [position, block] of blocks) {
      const isHit = block % 2 === 1 || (merged.get(position) ?? 0) % 2 === 1;
      merged.set(position, Math.floor(block / 2) * 2 + (isHit ? 1 : 0));
    }
  }
  return merged;
}

/** Returns how many statements blocks have, and how many of them ran. */
export function countStatements(blocks: ReadonlyMap<string, number>): Hits {
  let covered = 0;
  let total = 0;
  for (const block of blocks.values()) {
    const statements = Math.floor(block / 2);
    total += statements;
    if (block % 2 === 1) covered += statements;
  }
  return { covered, total };
}
