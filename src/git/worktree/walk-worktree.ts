import { readdirSync, type Dirent, type Stats } from 'node:fs';
import type { YieldToEventLoop } from '../../util/async.ts';
import { isNotFound } from '../../util/errors.ts';
import { assertIgnoreFileSize, ignoreFileBytes } from '../exec/ignore-file-limits.ts';
import { toRepositoryError } from '../gitdir/read-gitdir-file.ts';
import { fileMode, type GitIndex } from '../index/parse-index.ts';
import { joinPath, parentDir } from '../paths.ts';
import { RepositoryError } from '../repository.ts';
import type { UntrackedEntry } from './apply-ignore-rules.ts';
import type { UnscannedDirs } from './parse-status.ts';
import { lstatState, type FileState } from '../../util/fs-sync.ts';

/** The stats of watched paths, relative to the work tree; `''` is the work tree itself. */
export type Watched = Map<string, Stats | null>;

export interface WorktreeWalk {
  /**
   * Every directory in which git would find a new file, and the files that determine what is ignored. As long as
   * none of them changes, the work tree has the same untracked files.
   */
  readonly watched: Watched;
  /** The untracked entries of the directories that contain tracked files. */
  readonly untracked: readonly UntrackedEntry[];
  /** Whether all of these directories could be read. */
  readonly isComplete: boolean;
  /** The first directory with tracked files that can't be read, or null. */
  readonly unreadableDir: string | null;
  /** Walks the untracked directories too. Resolves with false if not everything can be watched. */
  readonly resume: (unscanned: UnscannedDirs) => Promise<boolean>;
}

const ignoreFiles: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);
/** More directories take longer to verify than a `git status`. */
const maxDirs = 200_000;

/** Lists a directory; null if it can't be read. Throws only errors of the machine, such as EMFILE. */
export function listDir(path: string): readonly Dirent[] | null {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (isNotFound(error)) return [];
    const problem = toRepositoryError(error, path);
    if (problem instanceof RepositoryError) return null;
    throw problem;
  }
}

/**
 * Walks the directories of a work tree that contain tracked files, without following links. Returns null if the
 * index names more directories than can be watched. Throws `RepositoryError` for files that git blocks on.
 */
export async function walkWorktree(
  workTree: string,
  index: GitIndex,
  yieldToEventLoop: YieldToEventLoop,
): Promise<WorktreeWalk | null> {
  const tracked = groupEntries(index);
  if (tracked === null) return null;
  const { files, dirs, submodules } = tracked;
  const watched: Watched = new Map();
  const untracked: UntrackedEntry[] = [];
  let isComplete = true;
  let unreadableDir: string | null = null;

  const watch = (path: string): FileState => {
    const state = lstatState(path === '' ? workTree : `${workTree}/${path}`);
    if (state === 'unreadable') isComplete = false;
    watched.set(path, state === 'unreadable' ? null : state);
    return state;
  };
  /** Returns null if the directory can't be read. */
  const enter = (dir: string): readonly Dirent[] | null => {
    // Stat before reading: a change in between is then detected by the next run.
    const state = watch(dir);
    if (state === 'unreadable') return null;
    const entries = state?.isDirectory() === true ? listDir(`${workTree}/${dir}`) : [];
    if (entries === null) isComplete = false;
    return entries;
  };
  const watchIgnoreFile = (path: string, entry: Dirent): void => {
    if (!ignoreFiles.has(entry.name)) return;
    assertNotSpecial(path, entry);
    assertIgnoreFileSize(path, ignoreFileBytes(watch(path)));
  };

  const queue = [''];
  for (let dir = queue.pop(); dir !== undefined; dir = queue.pop()) {
    await yieldToEventLoop();
    const entries = enter(dir);
    if (entries === null) unreadableDir ??= dir;
    for (const entry of entries ?? []) {
      if (dir === '' && entry.name === '.git') continue;
      const path = joinPath(dir, entry.name);
      if (!entry.isDirectory()) {
        if (!files.has(path) && !submodules.has(path)) untracked.push({ path, entry });
        watchIgnoreFile(path, entry);
      } else if (dirs.has(path)) queue.push(path);
      else if (submodules.has(path)) watch(path);
      else untracked.push({ path, entry });
    }
  }

  const resume = async (unscanned: UnscannedDirs): Promise<boolean> => {
    const ignored = new Set(unscanned.ignored);
    const repositories = new Set(unscanned.repositories);
    const found = untracked.flatMap(({ path, entry }) => (entry.isDirectory() ? [path] : []));
    for (let dir = found.pop(); dir !== undefined; dir = found.pop()) {
      await yieldToEventLoop();
      if (watched.size > maxDirs || dir.includes('\ufffd')) return false;
      if (ignored.has(dir)) continue;
      if (repositories.has(dir)) {
        // Without its `.git`, git would list its files.
        for (const path of [dir, `${dir}/.git`, `${dir}/.git/HEAD`]) watch(path);
        continue;
      }
      for (const entry of enter(dir) ?? []) {
        const path = joinPath(dir, entry.name);
        if (entry.isDirectory()) found.push(path);
        else watchIgnoreFile(path, entry);
      }
    }
    return isComplete;
  };
  return { watched, untracked, isComplete, unreadableDir, resume };
}

/** Groups the entries of an index by type; null if they are in too many directories. */
function groupEntries({ paths, modes }: GitIndex): {
  readonly files: ReadonlySet<string>;
  readonly dirs: ReadonlySet<string>;
  readonly submodules: ReadonlySet<string>;
} | null {
  const files = new Set<string>();
  const dirs = new Set<string>();
  const submodules = new Set<string>();
  let last = '';
  for (const [index, path] of paths.entries()) {
    (modes[index] === fileMode.submodule ? submodules : files).add(path);
    // Most paths are in the directory of the previous one.
    if (path.lastIndexOf('/') === last.length && path.startsWith(last)) continue;
    last = parentDir(path);
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const dir = path.slice(0, at);
      if (dirs.has(dir)) break;
      dirs.add(dir);
    }
    // A small forged index can name more directories than fit into a set.
    if (dirs.size > maxDirs) return null;
  }
  return { files, dirs, submodules };
}

/** git opens these files without checking their type and blocks on a FIFO. */
function assertNotSpecial(path: string, entry: Dirent): void {
  if (entry.isFile() || entry.isSymbolicLink() || entry.isDirectory()) return;
  throw new RepositoryError('invalid-work-tree', 'untrusted', `${path} is not a regular file`);
}
