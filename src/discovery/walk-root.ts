import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { isBareContainer } from '../git/gitdir/bare-container.ts';
import { lstatOrNull, lstatState } from '../util/fs-sync.ts';
import { createYield } from '../util/async.ts';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import { isManifest } from './manifests.ts';

/** Directories of dependencies and build output. */
const ignoredDirs = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'target',
  'dist',
  'build',
  'out',
  '__pycache__',
  'venv',
  'site-packages',
  'Pods',
  'DerivedData',
]);

/** The directories of a git directory (gitrepository-layout(5)). */
const gitDirNames = new Set([
  ...['objects', 'refs', 'hooks', 'info', 'logs', 'worktrees', 'modules'],
  ...['branches', 'common', 'lfs', 'reftable', 'remotes', 'rr-cache'],
]);

export interface Walk {
  readonly found: readonly { readonly path: string; readonly kind: 'git' | 'package' }[];
  /** Directories that could not be read, with the errno. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[];
  /** Directories whose names are not UTF-8, with replacement characters: no string is their path. */
  readonly nonUtf8: readonly string[];
  /** The root has more than `maxDirs` directories. */
  readonly truncated: boolean;
}

interface QueuedDir {
  readonly path: string;
  /** Relative to the root, separated by `/`; `''` is the root. */
  readonly relativePath: string;
  readonly depth: number;
  /** Inside a project, a package is a project only with `includeNested`. */
  readonly inProject: boolean;
}

interface WalkOptions {
  readonly root: string;
  /** How many levels below the root a project may be. */
  readonly maxDepth: number;
  readonly maxDirs: number;
  /** Whether to search repositories for nested projects, and packages for nested packages. */
  readonly includeNested: boolean;
  /** Tests a path relative to the root, separated by `/`. */
  readonly isExcluded: (relativePath: string) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Searches a root for projects, without following links. Synchronous reads are several times faster here; the loop
 * yields to the event loop every few milliseconds. Rejects with the reason of `signal`.
 */
export async function walkRoot(options: WalkOptions): Promise<Walk> {
  const { root, maxDepth, maxDirs, includeNested, isExcluded, signal } = options;
  const yieldToEventLoop = createYield(signal);
  const found: Walk['found'][number][] = [];
  const unreadable: Walk['unreadable'][number][] = [];
  const nonUtf8: string[] = [];
  const queue: QueuedDir[] = [{ path: root, relativePath: '', depth: 0, inProject: false }];
  let count = 0;
  for (let dir = queue.pop(); dir; dir = queue.pop()) {
    const { path, relativePath, depth } = dir;
    await yieldToEventLoop();
    count += 1;
    if (count > maxDirs) return { found, unreadable, nonUtf8, truncated: true };
    // Saves listing the root directory of most repositories.
    if (depth > 0 && !includeNested && hasDotGit(path) && !isBareContainer(path)) {
      found.push({ path, kind: 'git' });
      continue;
    }
    const entries = listDir(path);
    if (typeof entries === 'string') {
      unreadable.push({ path, code: entries });
      continue;
    }
    const type = projectType(entries);
    const isGit = type === 'bare' || type === 'git';
    if (isGit || (type === 'package' && (includeNested || !dir.inProject))) {
      found.push({ path, kind: isGit ? 'git' : 'package' });
    }
    // A root is searched for projects even if it is a repository itself.
    if (depth === maxDepth || (type === 'bare' && !hasWorktrees(entries))) continue;
    // A manifest in a root does not make it the package of all directories in it.
    const inProject = dir.inProject || isGit || (type === 'package' && depth > 0);
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
      if (type === 'bare' && gitDirNames.has(name)) continue;
      const child: QueuedDir = {
        path: join(path, name),
        relativePath: relativePath === '' ? name : `${relativePath}/${name}`,
        depth: depth + 1,
        inProject,
      };
      if (isIgnored(child.path, name) || isExcluded(child.relativePath)) continue;
      if (isUtf8(child.path)) queue.push(child);
      else nonUtf8.push(child.path);
    }
  }
  return { found, unreadable, nonUtf8, truncated: false };
}

/** Returns the entries of a directory, none when it no longer exists, or the errno when it can't be read. */
function listDir(path: string): readonly Dirent[] | string {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    if (code === null || isMachineProblem(error)) throw error;
    return code;
  }
}

function projectType(entries: readonly Dirent[]): 'git' | 'bare' | 'package' | null {
  // Whether `.git` is valid and can be trusted is checked when the repository is opened.
  if (entries.some(({ name }) => name === '.git')) return 'git';
  if (isBareRepository(entries)) return 'bare';
  const isPackage = entries.some((entry) => isManifest(entry.name) && !entry.isDirectory());
  return isPackage ? 'package' : null;
}

/** The entries by which git recognizes a git directory (gitrepository-layout(5)). */
function isBareRepository(entries: readonly Dirent[]): boolean {
  const head = entries.find(({ name }) => name === 'HEAD');
  if (head?.isFile() !== true) return false;
  return ['objects', 'refs'].every((dir) =>
    entries.some((entry) => entry.name === dir && entry.isDirectory()),
  );
}

/** Whether a bare repository has linked work trees, which may be inside it. */
const hasWorktrees = (entries: readonly Dirent[]): boolean =>
  entries.some((entry) => entry.name === 'worktrees' && entry.isDirectory());

/** A repository may be called `build`, for example; hidden directories are always ignored. */
const isIgnored = (path: string, name: string): boolean =>
  name.startsWith('.') || (ignoredDirs.has(name) && !hasDotGit(path));

/** False if it can't be determined: a directory that is not accessible is reported when it is listed. */
export const hasDotGit = (path: string): boolean => lstatOrNull(join(path, '.git')) !== null;

/** Node decodes invalid UTF-8 to replacement characters, so that no such path exists. */
const isUtf8 = (path: string): boolean => !path.includes('\ufffd') || lstatState(path) !== null;
