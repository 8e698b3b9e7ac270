import { posix } from 'node:path';
import { below } from '../../../repository/paths.ts';

/** Where the relative paths of a report may start from. */
export interface ReportPlace {
  /** Relative to the project. */
  readonly package: string;
  /** As the report writes them. */
  readonly sourceRoots: readonly string[];
}

/** Finds the file of the project (relative, with `/`) that a report means; null if there is none. */
export type SourceFinder = (reported: string, place: ReportPlace) => string | null;

/**
 * A finder over the files of the project at `root`. It tries the path itself, the source roots of the
 * report, the package and the project; then the one file that shares the longest end with the path,
 * because reports come from other machines too (`/home/runner/…`, `C:\…`).
 */
export function createSourceFinder(root: string, files: Iterable<string>): SourceFinder {
  const known = new Set(files);
  let byName: Map<string, string[]> | null = null;
  return (reported, place) => {
    const path = withSlashes(reported);
    for (const start of ['', place.package, ...place.sourceRoots.map(withSlashes)]) {
      const candidate = relativeTo(root, isAbsolute(path) ? path : `${start}/${path}`);
      if (candidate !== null && known.has(candidate)) return candidate;
    }
    byName ??= groupByName(known);
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    return longestSharedEnd(byName.get(parts.at(-1) ?? '') ?? [], parts, place.package);
  };
}

const withSlashes = (path: string): string =>
  /^[A-Za-z]:\\/.test(path) || !path.includes('/') ? path.replaceAll('\\', '/') : path;

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:\//.test(path);

/** The path relative to the root, or null when it leads out of it. */
function relativeTo(root: string, path: string): string | null {
  const base = withSlashes(root);
  const inside = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
  const normal = posix.normalize(inside).replace(/^\/+/, '');
  return normal.startsWith('../') ? null : normal;
}

function groupByName(paths: ReadonlySet<string>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const group = groups.get(name);
    if (group) group.push(path);
    else groups.set(name, [path]);
  }
  return groups;
}

/**
 * The candidate with the most last parts in common. Of two that share as many it is the one that lies
 * in the package with nothing in between, as `main.go` of a module does; else null.
 */
function longestSharedEnd(
  candidates: readonly string[],
  parts: readonly string[],
  packageFolder: string,
): string | null {
  let best: string | null = null;
  let most = 0;
  for (const candidate of candidates) {
    const own = candidate.split('/');
    let shared = 0;
    while (shared < own.length && own.at(-1 - shared) === parts.at(-1 - shared)) shared += 1;
    if (shared > 0 && candidate === below(packageFolder, own.slice(-shared).join('/')))
      shared += 0.5;
    if (shared === most) best = null;
    if (shared > most) {
      best = candidate;
      most = shared;
    }
  }
  return best;
}
