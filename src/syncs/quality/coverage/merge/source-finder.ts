import { posix } from 'node:path';
import { joinPath } from '../../../../git/paths.ts';

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
  let byName: ReturnType<typeof groupByName> | null = null;
  return (reported, place) => {
    const path = withSlashes(reported);
    for (const start of ['', place.package, ...place.sourceRoots.map(withSlashes)]) {
      const candidate = relativeTo(root, isAbsolute(path) ? path : `${start}/${path}`);
      if (candidate !== null && known.has(candidate)) return candidate;
    }
    byName ??= groupByName(known);
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const context = { packageFolder: place.package, known };
    return longestSharedEnd(byName(parts.at(-1) ?? ''), parts, context);
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

/** The paths of each file name, each with its parts in reverse, in the order of the alphabet. */
function groupByName(paths: ReadonlySet<string>): (name: string) => readonly string[] {
  const groups = new Map<string, string[]>();
  const sorted = new Set<string>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const group = groups.get(name);
    if (group) group.push(reversed(path.split('/')));
    else groups.set(name, [reversed(path.split('/'))]);
  }
  return (name) => {
    const group = groups.get(name) ?? [];
    if (!sorted.has(name)) group.sort();
    sorted.add(name);
    return group;
  };
}

/** `c/b/a/` of `a/b/c`: what shares its end with another path shares its beginning then. */
const reversed = (parts: readonly string[]): string => `${parts.toReversed().join('/')}/`;

/**
 * The path with the most last parts in common. Of two that share as many it is the one that lies in the
 * package with nothing in between, as `main.go` of a module does; else null. All that share the most stand
 * together where the path itself would: thousands of the same name cost no more than a few.
 */
function longestSharedEnd(
  candidates: readonly string[],
  parts: readonly string[],
  { packageFolder, known }: { readonly packageFolder: string; readonly known: ReadonlySet<string> },
): string | null {
  const path = reversed(parts);
  const at = placeOf(path, candidates);
  const shared = [at - 2, at - 1, at, at + 1].map((one) =>
    sharedParts(path, candidates[one] ?? ''),
  );
  const most = Math.max(...shared);
  if (most === 0) return null;
  if (shared.indexOf(most) === shared.lastIndexOf(most)) {
    const best = candidates[at - 2 + shared.indexOf(most)] ?? '';
    return best.slice(0, -1).split('/').toReversed().join('/');
  }
  const inPackage = joinPath(packageFolder, parts.slice(-most).join('/'));
  return known.has(inPackage) ? inPackage : null;
}

/** Where a text would stand in a sorted list. */
function placeOf(text: string, sorted: readonly string[]): number {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many whole parts, each ended by a slash, two texts begin with together. */
function sharedParts(one: string, other: string): number {
  let parts = 0;
  for (let at = 0; at < one.length && one[at] === other[at]; at += 1) {
    if (one[at] === '/') parts += 1;
  }
  return parts;
}
