import type { Dirent, Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isForeignFolder } from '../../project/package-dirs.ts';
import type { ProjectView } from '../../project/project-view.ts';
import { lstatOrNull } from '../../../../git/worktree/stat-rows.ts';
import { joinPath } from '../../../../git/paths.ts';
import { findConfiguredReports } from './configured-reports.ts';

/** A file that may be a coverage report: its place says so, its content has the last word. */
export interface ReportCandidate {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The package folder that it belongs to. */
  readonly package: string;
  readonly stats: Stats;
}

interface ReportFolder {
  readonly path: string;
  /** Which of its own folders are looked at too. */
  readonly children: 'none' | 'all' | 'newest';
}

/** nyc's raw data; it stands for a report only where there is none. */
export const rawDataFolder = '.nyc_output';

/** Where the tools put their reports by default, from the folder of a package on. */
const reportFolders: readonly ReportFolder[] = [
  { path: 'coverage', children: 'all' }, // Karma: a folder for each browser or project
  { path: 'cover', children: 'none' },
  { path: 'cover_db', children: 'none' },
  { path: 'htmlcov', children: 'none' },
  { path: 'reports', children: 'none' },
  { path: 'build/logs', children: 'none' },
  { path: 'build/reports/jacoco', children: 'all' },
  { path: 'target/site/jacoco', children: 'none' },
  { path: 'target/site/jacoco-aggregate', children: 'none' },
  { path: 'TestResults', children: 'newest' }, // coverlet: a folder for each run
  { path: rawDataFolder, children: 'none' },
];

/** Names of reports in the folder of a package, where most files are none. */
const reportNames =
  /^(?:\.coverage|covmeta\.[0-9a-f]+|.*\.info|.*\.lcov|(?:.*[._-])?(?:c|cover|coverage|cobertura|clover|jacoco|tarpaulin-report|coveralls|lcov)(?:[._-].*)?\.(?:xml|json|out|txt))$/is;
const reportExtensions = /(?:\.(?:xml|json|info|lcov|out|txt)|^covmeta\.[0-9a-f]+)$/i;
const maxFiles = 1000;

/**
 * The files of a project that may be coverage reports: at the default places of each package, and
 * those that the globs name. Sorted by path. They are usually ignored by git, so that no list names them.
 */
export async function findCandidates(
  view: ProjectView,
  globs: readonly string[],
): Promise<readonly ReportCandidate[]> {
  const found = new Map<string, ReportCandidate>();
  for (const folder of view.packages) {
    await setImmediate();
    view.signal.throwIfAborted();
    for (const candidate of findAtDefaultPlaces(view, folder)) found.set(candidate.path, candidate);
  }
  for (const candidate of await findConfiguredReports(view, globs)) {
    if (!found.has(candidate.path)) found.set(candidate.path, candidate);
  }
  return [...found.values()]
    .filter(({ path }) => !view.isExcluded(path))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function findAtDefaultPlaces(view: ProjectView, folder: string): readonly ReportCandidate[] {
  const found = filesIn(view, folder, folder, reportNames);
  for (const { path, children } of reportFolders) {
    const place = descend(view, folder, path.split('/'));
    if (place === null) continue;
    for (const inside of [place, ...childFolders(view, place, children)]) {
      found.push(...filesIn(view, folder, inside, reportExtensions));
    }
  }
  return found;
}

/** The folder at a path below another, or null; never through a link. */
function descend(
  { tree, problems }: ProjectView,
  folder: string,
  names: readonly string[],
): string | null {
  let place = folder;
  for (const name of names) {
    const entry = tree.list(place).find((one) => one.name === name);
    place = joinPath(place, name);
    if (entry?.isSymbolicLink()) problems.add(place, 'is a symbolic link and is not read');
    if (!entry?.isDirectory()) return null;
  }
  return place;
}

function childFolders(
  { tree, root }: ProjectView,
  place: string,
  children: ReportFolder['children'],
): readonly string[] {
  if (children === 'none') return [];
  const folders = tree
    .list(place)
    .filter((entry) => entry.isDirectory() && !isForeignFolder(entry.name))
    .map(({ name }) => joinPath(place, name));
  if (children === 'all') return folders;
  const writtenAt = (folder: string): number => lstatOrNull(`${root}/${folder}`)?.mtimeMs ?? 0;
  return folders.sort((one, other) => writtenAt(other) - writtenAt(one)).slice(0, 1);
}

function filesIn(
  view: ProjectView,
  packageFolder: string,
  place: string,
  names: RegExp,
): ReportCandidate[] {
  const isCandidate = (entry: Dirent): boolean => !entry.isDirectory() && names.test(entry.name);
  const entries = view.tree.list(place).filter(isCandidate);
  if (entries.length > maxFiles) {
    view.problems.add(place, `has more than ${String(maxFiles)} files that may be reports`);
  }
  return entries.slice(0, maxFiles).flatMap(({ name }) => {
    const path = joinPath(place, name);
    const stats = lstatOrNull(`${view.root}/${path}`);
    return stats ? [{ path, package: packageFolder, stats }] : [];
  });
}
