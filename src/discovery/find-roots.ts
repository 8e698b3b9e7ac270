import { readdirSync, type Dirent } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { hasDotGit, walkRoot } from './walk-root.ts';
import type { System } from '../system/system.ts';
import { getOrInsert } from '../util/collections.ts';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import { isProtectedDir } from '../util/macos-privacy.ts';

/** Directories below the home directory in which repositories usually are, in any case. */
const usualDirs = [
  ...['code', 'src', 'source', 'projects', 'dev', 'develop', 'development', 'work', 'workspace'],
  ...['workspaces', 'repos', 'repositories', 'git', 'github', 'gitlab', 'source/repos', 'go/src'],
  ...['ghq', 'documents/github', 'documents/projects', 'ideaprojects', 'pycharmprojects'],
  ...['webstormprojects'],
];

/** The usual directories, in messages. */
export const usualDirsText = '~/code, ~/src, ~/projects, ~/dev, ~/work, ~/repos, …';

/** A directory with more directories is counted up to this one. */
const maxDirs = 2000;

/** As deep as a run searches by default (`projects.maxDepth`). */
const maxDepth = 4;

export interface RootCandidate {
  readonly path: string;
  readonly repositories: number;
  /** Whether parts were not searched: unreadable, too many directories, or names that are not UTF-8. */
  readonly isPartial: boolean;
}

export interface FoundRoots {
  readonly roots: readonly RootCandidate[];
  /** Usual directories that were not searched, because they are links or can't be read. */
  readonly skipped: readonly SkippedDir[];
}

export interface SkippedDir {
  readonly path: string;
  readonly reason: 'link' | 'unreadable';
}

/** Counts the repositories that a run would find in a directory, without following links. */
export async function countRepositories(path: string): Promise<RootCandidate> {
  const { found, unreadable, nonUtf8, truncated } = await walkRoot({
    root: path,
    maxDepth,
    maxDirs,
    includeNested: false,
    isExcluded: () => false,
    signal: new AbortController().signal,
  });
  return {
    path,
    repositories: found.filter(({ kind }) => kind === 'git').length,
    isPartial: truncated || unreadable.length > 0 || nonUtf8.length > 0,
  };
}

/**
 * Returns the usual directories of the home directory that contain repositories, and the repositories directly in the
 * home directory; if there are none, the current directory if it contains some.
 */
export async function findRoots(system: Pick<System, 'home' | 'cwd'>): Promise<FoundRoots> {
  const { home, cwd } = system;
  const roots: RootCandidate[] = [];
  const skipped: SkippedDir[] = [];
  for (const { path, isLink } of usualDirsIn(home)) {
    if (isLink) {
      skipped.push({ path, reason: 'link' });
      continue;
    }
    const candidate = await countRepositories(path);
    if (candidate.repositories > 0) roots.push(candidate);
    else if (candidate.isPartial) skipped.push({ path, reason: 'unreadable' });
  }
  for (const path of repositoriesIn(home)) {
    roots.push({ path, repositories: 1, isPartial: false });
  }
  const outermost = roots.filter(
    ({ path }, index) =>
      !roots.some((root) => isBelow(path, root.path)) &&
      roots.findIndex((root) => root.path === path) === index,
  );
  if (outermost.length === 0 && cwd !== null && cwd !== home && !isBelow(home, cwd)) {
    const current = await countRepositories(cwd);
    if (current.repositories > 0) outermost.push(current);
  }
  return { roots: outermost, skipped };
}

interface UsualDir {
  readonly path: string;
  readonly isLink: boolean;
}

/** Returns the names that the directories have on disk: `Code` and `code` are one directory where case is ignored. */
function usualDirsIn(home: string): readonly UsualDir[] {
  const entriesOf = new Map<string, readonly Dirent[]>();
  return usualDirs.flatMap((name) => {
    const [first = '', second] = name.split('/');
    const outer = namedEntries(entriesOf, home, first);
    const found =
      second === undefined
        ? outer
        : outer
            .filter(({ entry }) => entry.isDirectory())
            .flatMap(({ path }) => namedEntries(entriesOf, path, second));
    return found
      .filter(({ entry }) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ path, entry }) => ({ path, isLink: entry.isSymbolicLink() }));
  });
}

/** Returns the entries of a directory with a name, in any case. */
const namedEntries = (
  entriesOf: Map<string, readonly Dirent[]>,
  dir: string,
  name: string,
): readonly { readonly path: string; readonly entry: Dirent }[] =>
  getOrInsert(entriesOf, dir, list)
    .filter((entry) => entry.name.toLowerCase() === name)
    .map((entry) => ({ path: join(dir, entry.name), entry }));

/** Returns the repositories directly in the home directory, hidden ones and those that macOS protects excepted. */
const repositoriesIn = (home: string): readonly string[] =>
  list(home)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(home, name))
    .filter((path) => !isProtectedDir(path, home))
    .filter(hasDotGit);

/** Returns no entries for a directory that can't be read. */
function list(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === null || isMachineProblem(error)) throw error;
    return [];
  }
}

function isBelow(path: string, dir: string): boolean {
  const below = relative(dir, path);
  return (
    below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && resolve(below) !== below
  );
}
