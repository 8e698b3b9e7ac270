import type { Dirent } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { joinPath, parentDir } from '../../../../git/paths.ts';
import { isForeignDir, nearestPackage } from '../../project-files/package-dirs.ts';
import type { ProjectView } from '../../project-files/project-view.ts';
import { statReport, type ReportStats } from '../../report/report-stats.ts';
import { defaultDirs, reportExtensions, reportNames, type DefaultDir } from './default-paths.ts';
import { createGlobMatcher } from '../../../../discovery/globs.ts';

/** A file that may be a coverage report by its path; its content decides. */
export interface ReportCandidate {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The package directory that it belongs to. */
  readonly package: string;
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
  for (const dir of view.packages) {
    await setImmediate();
    view.signal.throwIfAborted();
    for (const candidate of findAtDefaultPaths(view, dir)) found.set(candidate.path, candidate);
  }
  for (const candidate of await findConfiguredReports(view, globs)) {
    if (!found.has(candidate.path)) found.set(candidate.path, candidate);
  }
  return [...found.values()]
    .filter(({ path }) => !view.isExcluded(path))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function findAtDefaultPaths(view: ProjectView, packageDir: string): readonly ReportCandidate[] {
  const found = reportsIn(view, packageDir, packageDir, reportNames);
  for (const { path, children } of defaultDirs) {
    const dir = resolveDir(view, packageDir, path.split('/'));
    if (dir === null) continue;
    for (const one of [dir, ...childDirs(view, dir, children)]) {
      found.push(...reportsIn(view, packageDir, one, reportExtensions));
    }
  }
  return found;
}

/** Returns the directory at a path below another; null if it does not exist or a link leads to it. */
function resolveDir(
  { tree, warnings }: ProjectView,
  base: string,
  names: readonly string[],
): string | null {
  let dir = base;
  for (const name of names) {
    const entry = tree.list(dir).find((one) => one.name === name);
    dir = joinPath(dir, name);
    if (entry?.isSymbolicLink()) warnings.add(dir, 'is a symbolic link and is not read');
    if (!entry?.isDirectory()) return null;
  }
  return dir;
}

function childDirs(
  { tree, warnings }: ProjectView,
  dir: string,
  children: DefaultDir['children'],
): readonly string[] {
  if (children === 'none') return [];
  const dirs = tree
    .list(dir)
    .filter((entry) => entry.isDirectory() && !isForeignDir(entry.name))
    .map(({ name }) => joinPath(dir, name));
  if (children === 'all') return dirs;
  const mtimeOf = (path: string): number =>
    warnings.guardSync(path, () => tree.stat(path))?.mtimeMs ?? 0;
  return dirs.sort((one, other) => mtimeOf(other) - mtimeOf(one)).slice(0, 1);
}

function reportsIn(
  view: ProjectView,
  packageDir: string,
  dir: string,
  names: RegExp,
): ReportCandidate[] {
  const isCandidate = (entry: Dirent): boolean => !entry.isDirectory() && names.test(entry.name);
  const entries = view.tree.list(dir).filter(isCandidate);
  if (entries.length > maxFiles) {
    view.warnings.add(dir, `has more than ${String(maxFiles)} files that may be reports`);
  }
  return entries.slice(0, maxFiles).flatMap(({ name }) => {
    const path = joinPath(dir, name);
    const stats = statReport(view, path);
    return stats ? [{ path, package: packageDir, stats }] : [];
  });
}

const maxDirs = 20_000;

/**
 * Returns the files that `quality.coverage.paths` matches. The globs are relative to the project and cannot leave
 * it: links are not followed. Directories of third-party code and test data are skipped.
 */
async function findConfiguredReports(
  view: ProjectView,
  globs: readonly string[],
): Promise<readonly ReportCandidate[]> {
  const { packages, tree, warnings, signal } = view;
  const isMatch = await createGlobMatcher(globs, false);
  const found: ReportCandidate[] = [];
  const dirs = new Set(globs.map(literalDir));
  // The iteration includes what is added to the set meanwhile.
  for (const dir of dirs) {
    if (dirs.size > maxDirs) {
      warnings.add(dir, `quality.coverage.paths matches more than ${String(maxDirs)} directories`);
      break;
    }
    await setImmediate();
    signal.throwIfAborted();
    for (const entry of tree.list(dir)) {
      const path = joinPath(dir, entry.name);
      if (entry.isDirectory()) {
        if (!isForeignDir(entry.name)) dirs.add(path);
      } else if (isMatch(path)) {
        const stats = statReport(view, path);
        if (stats) found.push({ path, package: nearestPackage(packages, path), stats });
      }
    }
  }
  return found;
}

/** Returns the directories of a glob before its first wildcard. */
function literalDir(glob: string): string {
  const parts = parentDir(glob).split('/');
  const wildcard = parts.findIndex((part) => part === '..' || /[*?{}()[\]!+@]/.test(part));
  const literal = wildcard < 0 ? parts : parts.slice(0, wildcard);
  return literal.filter((part) => part !== '.' && part !== '').join('/');
}
