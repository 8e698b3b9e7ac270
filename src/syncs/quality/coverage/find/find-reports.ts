import { joinPath } from '../../../../git/paths.ts';
import { createYield } from '../../../../util/async.ts';
import { findByGlobs } from '../../project-files/find-by-globs.ts';
import { nearestPackage } from '../../project-files/package-dirs.ts';
import type { ProjectView } from '../../project-files/project-view.ts';
import { statReport, type ReportStats } from '../../report/report-stats.ts';
import { reportNames } from './default-paths.ts';
import { walkDefaultDirs } from './walk-default-dirs.ts';

/** A file that may be a coverage report by its path; its content decides. */
export interface ReportCandidate {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The package directory that it belongs to. */
  readonly package: string;
  /** Whether `quality.coverage.paths` names it: such a report counts even if it seems not to be about the project. */
  readonly isConfigured: boolean;
  readonly stats: ReportStats;
}

const maxFiles = 1000;

/**
 * Returns the files of a project that may be coverage reports, sorted by path: those at the default paths of each
 * package, and those that the globs match. git usually ignores them, so its list of files does not help.
 */
export async function findCandidates(
  view: ProjectView,
  globs: readonly string[],
): Promise<readonly ReportCandidate[]> {
  const found = new Map<string, ReportCandidate>();
  const yieldToEventLoop = createYield(view.signal);
  for (const dir of view.packages) {
    await yieldToEventLoop();
    for (const candidate of findAtDefaultPaths(view, dir)) found.set(candidate.path, candidate);
  }
  for (const path of await findByGlobs(view, globs, 'quality.coverage.paths')) {
    const stats = statReport(view, path);
    if (!stats) continue;
    const { package: dir = nearestPackage(view.packages, path) } = found.get(path) ?? {};
    found.set(path, { path, package: dir, isConfigured: true, stats });
  }
  return [...found.values()]
    .filter(({ path }) => !view.isExcluded(path))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function findAtDefaultPaths(view: ProjectView, packageDir: string): readonly ReportCandidate[] {
  const found = reportsIn(view, packageDir, { dir: packageDir, reports: reportNames });
  for (const one of walkDefaultDirs(view, packageDir)) {
    found.push(...reportsIn(view, mirroredPackage(view, packageDir, one.dir), one));
  }
  return found;
}

/** Nx writes the reports of `libs/cart` to `coverage/libs/cart` in the root, with paths relative to `libs/cart`. */
function mirroredPackage({ packages }: ProjectView, packageDir: string, dir: string): string {
  const inside = packageDir === '' ? dir : dir.slice(packageDir.length + 1);
  const mirrored = joinPath(packageDir, inside.replace(/^[^/]+\/?/, ''));
  return packages.length > 1 && packages.includes(mirrored) ? mirrored : packageDir;
}

function reportsIn(
  view: ProjectView,
  packageDir: string,
  { dir, reports }: { readonly dir: string; readonly reports: RegExp },
): ReportCandidate[] {
  const entries = view.tree
    .list(dir)
    .filter(
      (entry) =>
        reports.test(entry.name) && (!entry.isDirectory() || entry.name.endsWith('.xcresult')),
    );
  if (entries.length > maxFiles) {
    view.warnings.add(dir, `has more than ${String(maxFiles)} files that may be reports`);
  }
  return entries.slice(0, maxFiles).flatMap(({ name }) => {
    const path = joinPath(dir, name);
    const stats = statReport(view, path);
    return stats ? [{ path, package: packageDir, isConfigured: false, stats }] : [];
  });
}
