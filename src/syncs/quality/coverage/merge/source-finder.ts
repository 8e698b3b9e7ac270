import { getOrInsert, groupBy } from '../../../../util/collections.ts';
import { posix } from 'node:path';
import { joinPath } from '../../../../git/paths.ts';

/** Where relative paths of a report may start. */
export interface ReportLocation {
  /** The package directory, relative to the project. */
  readonly package: string;
  /** As written in the report. */
  readonly sourceRoots: readonly string[];
}

/** Returns the file of the project (relative, with `/`) that a report names; null if the project does not have it. */
export type SourceFinder = (reported: string, location: ReportLocation) => string | null;

/**
 * Creates a finder over the files of the project at `root`. It tries the path itself, then relative to the
 * package and to the source roots of the report, then the file with the longest common suffix, because
 * reports may come from other machines (`/home/runner/…`, `C:\…`).
 */
export function createSourceFinder(root: string, files: Iterable<string>): SourceFinder {
  const known = new Set(files);
  let byName: ReturnType<typeof groupByName> | null = null;
  return (reported, location) => {
    const path = withSlashes(reported);
    for (const start of ['', location.package, ...location.sourceRoots.map(withSlashes)]) {
      const candidate = relativeTo(root, isAbsolute(path) ? path : `${start}/${path}`);
      if (candidate !== null && known.has(candidate)) return candidate;
    }
    byName ??= groupByName(known);
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    return longestCommonSuffix(byName(parts.at(-1) ?? ''), parts, {
      packageDir: location.package,
      known,
    });
  };
}

const withSlashes = (path: string): string =>
  /^[A-Za-z]:\\/.test(path) || !path.includes('/') ? path.replaceAll('\\', '/') : path;

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:\//.test(path);

/** Returns the path relative to the root; null if it is outside. */
function relativeTo(root: string, path: string): string | null {
  const base = withSlashes(root);
  const inside = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path;
  const normal = posix.normalize(inside).replace(/^\/+/, '');
  return normal.startsWith('../') ? null : normal;
}

/** Groups paths by file name. Each has its parts in reverse order, and a group is sorted when it is first used. */
function groupByName(paths: ReadonlySet<string>): (name: string) => readonly string[] {
  const groups = groupBy(paths, (path) => path.slice(path.lastIndexOf('/') + 1));
  const sorted = new Map<string, readonly string[]>();
  return (name) =>
    getOrInsert(sorted, name, () =>
      (groups.get(name) ?? []).map((path) => reversed(path.split('/'))).sort(),
    );
}

/** Returns `c/b/a/` for `a/b/c`, so that a common suffix of paths becomes a common prefix. */
const reversed = (parts: readonly string[]): string => `${parts.toReversed().join('/')}/`;

/**
 * Returns the candidate with the most trailing parts in common. In case of a tie, returns the one directly in the
 * package directory, such as `main.go` of a module, else null. The best candidates are next to the position of the
 * path in the sorted list, so thousands with the same name cost no more than a few.
 */
function longestCommonSuffix(
  candidates: readonly string[],
  parts: readonly string[],
  { packageDir, known }: { readonly packageDir: string; readonly known: ReadonlySet<string> },
): string | null {
  const path = reversed(parts);
  const at = lowerBound(path, candidates);
  const common = [at - 2, at - 1, at, at + 1].map((one) =>
    countCommonParts(path, candidates[one] ?? ''),
  );
  const most = Math.max(...common);
  if (most === 0) return null;
  if (common.indexOf(most) === common.lastIndexOf(most)) {
    const best = candidates[at - 2 + common.indexOf(most)] ?? '';
    return best.slice(0, -1).split('/').toReversed().join('/');
  }
  const inPackage = joinPath(packageDir, parts.slice(-most).join('/'));
  return known.has(inPackage) ? inPackage : null;
}

/** Returns the index of the first text of a sorted list that is not less than `text`. */
function lowerBound(text: string, sorted: readonly string[]): number {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns how many leading parts, each ended by a slash, two texts have in common. */
function countCommonParts(one: string, other: string): number {
  let parts = 0;
  for (let at = 0; at < one.length && one[at] === other[at]; at += 1) {
    if (one[at] === '/') parts += 1;
  }
  return parts;
}
