import { lstatSync, readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, isMachineProblem } from '../util/errors.ts';
import { createYield } from '../util/async.ts';
import { isManifest } from './manifests.ts';

/** Folders that hold what others wrote or what a tool made: no project of the user's lies in them. */
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

export interface Walk {
  readonly found: readonly { readonly path: string; readonly kind: 'git' | 'package' }[];
  /** Folders that could not be read, with the reason's code. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[];
  /** Folders whose names are not UTF-8, as far as text can tell them: no path of ours can lead there. */
  readonly nonUtf8: readonly string[];
  /** The walk was cut short: the root holds too many folders. */
  readonly truncated: boolean;
}

interface QueuedDir {
  readonly path: string;
  /** The path from the root, with `/`; `''` is the root. */
  readonly relativePath: string;
  readonly depth: number;
  /** Below a project only repositories are projects of their own. */
  readonly inProject: boolean;
}

/**
 * Walks a root for projects: links are not followed, folders of other people's code are left out, and a
 * repository's own folders are not looked into unless `includeNested`. Reads synchronously, which is several times faster here,
 * and yields every few milliseconds. Rejects with the reason of `signal`.
 */
export async function walkRoot(options: {
  readonly root: string;
  /** How many folders below the root a project may lie. */
  readonly maxDepth: number;
  readonly maxDirs: number;
  /** Whether what lies in a project can be a project of its own, beside repositories in a root. */
  readonly includeNested: boolean;
  /** Whether a folder, as a path relative to the root with `/`, is left out with all below it. */
  readonly isExcluded: (relativePath: string) => boolean;
  readonly signal: AbortSignal;
}): Promise<Walk> {
  const { root, maxDepth, maxDirs, includeNested, isExcluded, signal } = options;
  const pause = createYield(signal);
  const found: Walk['found'][number][] = [];
  const unreadable: Walk['unreadable'][number][] = [];
  const nonUtf8: string[] = [];
  const queue: QueuedDir[] = [{ path: root, relativePath: '', depth: 0, inProject: false }];
  let read = 0;
  for (let folder = queue.pop(); folder; folder = queue.pop()) {
    const { path, relativePath, depth } = folder;
    await pause();
    read += 1;
    if (read > maxDirs) return { found, unreadable, nonUtf8, truncated: true };
    // Of most repositories nothing else matters here.
    if (depth > 0 && !includeNested && exists(join(path, '.git'))) {
      found.push({ path, kind: 'git' });
      continue;
    }
    const entries = readFolder(path);
    if (typeof entries === 'string') {
      unreadable.push({ path, code: entries });
      continue;
    }
    const kind = kindOf(entries);
    const isBare = kind === 'bare';
    const isGit = isBare || kind === 'git';
    if (isGit || (kind === 'package' && (includeNested || !folder.inProject))) {
      found.push({ path, kind: isGit ? 'git' : 'package' });
    }
    // A root may be a repository and still hold others: that is what a root is for.
    if (depth === maxDepth || isBare) continue;
    // And a stray manifest in it makes no package of what else it holds.
    const inProject = folder.inProject || isGit || (kind === 'package' && depth > 0);
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
      const child = {
        path: join(path, name),
        relativePath: relativePath === '' ? name : `${relativePath}/${name}`,
        ...{ depth: depth + 1, inProject },
      };
      if (isPruned(child.path, name) || isExcluded(child.relativePath)) continue;
      if (isNamable(child.path)) queue.push(child);
      else nonUtf8.push(child.path);
    }
  }
  return { found, unreadable, nonUtf8, truncated: false };
}

/** The entries of a folder; an empty list when it has vanished; the error's code when it can't be read. */
function readFolder(path: string): readonly Dirent[] | string {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    if (code === null || isMachineProblem(error)) throw error;
    return code;
  }
}

function kindOf(entries: readonly Dirent[]): 'git' | 'bare' | 'package' | null {
  // A `.git` of any sort makes a repository; whether it can be trusted is the reader's question.
  if (entries.some(({ name }) => name === '.git')) return 'git';
  if (isGitFolder(entries)) return 'bare';
  const isPackage = entries.some((entry) => isManifest(entry.name) && !entry.isDirectory());
  return isPackage ? 'package' : null;
}

/** What git takes for a repository, in a folder of another name than `.git` (gitrepository-layout(5)). */
function isGitFolder(entries: readonly Dirent[]): boolean {
  const head = entries.find(({ name }) => name === 'HEAD');
  if (head?.isFile() !== true) return false;
  return ['objects', 'refs'].every((folder) =>
    entries.some((entry) => entry.name === folder && entry.isDirectory()),
  );
}

/** A repository may have the name of what is left out, such as `build`; but not a hidden one. */
const isPruned = (path: string, name: string): boolean =>
  name.startsWith('.') || (ignoredDirs.has(name) && !exists(join(path, '.git')));

/** A name that is not UTF-8 comes with replacement characters, and leads to nothing. */
const isNamable = (path: string): boolean => !path.includes('\ufffd') || exists(path);

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
