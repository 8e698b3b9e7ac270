import { getOrInsert, groupBy } from '../../../../util/collections.ts';
import { posix } from 'node:path';
import { baseName, joinPath, parentDir } from '../../../../git/paths.ts';

/** Where the paths of a report may start. */
export interface ReportLocation {
  /** The package directory, relative to the project. */
  readonly package: string;
  /** As written in the report. */
  readonly sourceRoots: readonly string[];
  /** The directory that all absolute paths of the report have in common; null if it has none. */
  readonly topDir: string | null;
}

/** Returns the file of the project (relative, with `/`) that a report names; null if the project does not have it. */
export type SourceFinder = (reported: string, location: ReportLocation) => string | null;

/** The directories of the Go modules of a project by their paths. */
export type GoModules = ReadonlyMap<string, string>;

/**
 * Creates a finder over the files of the project at `root`. Tries, in this order: an absolute path, the Go module of
 * the path, the source roots of the report, the package that the report is in, the project, and the file with the
 * longest common ending, because reports may come from other machines (`/home/runner/…`, `C:\…`). A name alone is not
 * such an ending, unless the report has nothing else, or both files are at the top of the report and of the package.
 */
export function createSourceFinder(
  root: string,
  files: Iterable<string>,
  modules: GoModules = new Map(),
): SourceFinder {
  const known = new Set(files);
  const base = withSlashes(root);
  const endings = createEndings(known);
  const existing = (path: string | null): string | null =>
    path !== null && known.has(path) ? path : null;
  const find: SourceFinder = (path, location) => {
    if (isAbsolute(path)) {
      if (path.startsWith(`${base}/`)) return existing(inProject(path.slice(base.length + 1)));
      return endings(path, location);
    }
    const inModule = resolveInModule(path, modules);
    if (inModule !== null) return existing(inModule);
    const foreignRoots: string[] = [];
    for (const one of location.sourceRoots.map(withSlashes)) {
      if (isAbsolute(one) && one !== base && !one.startsWith(`${base}/`)) foreignRoots.push(one);
      else {
        const start = isAbsolute(one) ? one.slice(base.length + 1) : `${location.package}/${one}`;
        const source = existing(inProject(`${start}/${path}`));
        if (source !== null) return source;
      }
    }
    for (const start of [location.package, '']) {
      const source = existing(inProject(`${start}/${path}`));
      if (source !== null) return source;
    }
    const complete = foreignRoots.length > 0 ? foreignRoots.map((one) => `${one}/${path}`) : [path];
    for (const one of complete) {
      const source = endings(one, location);
      if (source !== null) return source;
    }
    return null;
  };
  return (reported, location) => {
    const path = withSlashes(reported);
    // Tools on Windows mix both separators. Elsewhere a name may contain a backslash.
    const other = path.includes('\\') ? path.replaceAll('\\', '/') : path;
    return find(path, location) ?? (other === path ? null : find(other, location));
  };
}

export const withSlashes = (path: string): string =>
  /^[A-Za-z]:[\\/]/.test(path) || !path.includes('/') ? path.replaceAll('\\', '/') : path;

export const isAbsolute = (path: string): boolean =>
  path.startsWith('/') || /^[A-Za-z]:\//.test(path);

/** Returns a path below the project in its normal form; null if it leads out of it. */
function inProject(path: string): string | null {
  const normal = posix.normalize(path).replace(/^\/+/, '');
  return normal.startsWith('../') ? null : normal;
}

function resolveInModule(path: string, modules: GoModules): string | null {
  if (modules.size === 0) return null;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const dir = modules.get(path.slice(0, end));
    if (dir !== undefined) return joinPath(dir, path.slice(end + 1));
  }
  return null;
}

type Endings = (reported: string, location: ReportLocation) => string | null;

/**
 * Returns a function that finds the file with the longest common ending. If several have it, the only one of them in
 * the package of the report is used.
 */
function createEndings(known: ReadonlySet<string>): Endings {
  let byName: Map<string, string[]> | null = null;
  const sorted = new Map<string, readonly string[]>();
  const candidates = (name: string, dir: string): readonly string[] =>
    getOrInsert(sorted, `${dir}\0${name}`, () => {
      byName ??= groupBy(known, baseName);
      const group = byName.get(name) ?? [];
      const inside = dir === '' ? group : group.filter((path) => path.startsWith(`${dir}/`));
      return inside.map((path) => reversed(path.split('/'))).sort();
    });
  return (reported, location) => {
    const parts = reported.split('/').filter((part) => part !== '' && part !== '.');
    const name = parts.at(-1) ?? '';
    const path = reversed(parts);
    let best = longestCommonEnding(path, candidates(name, ''));
    if (best.isTied && location.package !== '') {
      const inPackage = longestCommonEnding(path, candidates(name, location.package));
      best = inPackage.common === best.common ? inPackage : best;
    }
    if (best.isTied || best.common === 0) return null;
    const source = reversed(best.path.slice(0, -1).split('/')).slice(0, -1);
    const isAtTop =
      parentDir(reported) === location.topDir && ['', location.package].includes(parentDir(source));
    return best.common > 1 || parts.length === 1 || isAtTop ? source : null;
  };
}

/** Returns `c/b/a/` for `a/b/c`, so that a common ending of paths becomes a common start. */
const reversed = (parts: readonly string[]): string => `${parts.toReversed().join('/')}/`;

interface Ending {
  /** Reversed. */
  readonly path: string;
  /** How many parts the paths have in common. */
  readonly common: number;
  /** Whether another candidate has as many. */
  readonly isTied: boolean;
}

/** The best candidates are next to the position of the path in the sorted list, so thousands cost no more than a few. */
function longestCommonEnding(path: string, candidates: readonly string[]): Ending {
  const at = lowerBound(path, candidates);
  const near = [at - 2, at - 1, at, at + 1].map((one) => candidates[one] ?? '');
  const common = near.map((candidate) => countCommonParts(path, candidate));
  const most = Math.max(...common);
  const first = common.indexOf(most);
  return { path: near[first] ?? '', common: most, isTied: first !== common.lastIndexOf(most) };
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
