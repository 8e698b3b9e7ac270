import { readdirSync, type Dirent, type Stats } from 'node:fs';
import { errnoOf } from '../../util/errors.ts';
import type { YieldToEventLoop } from '../../util/async.ts';
import { lstatOrNull } from './stat-rows.ts';
import { fileMode, type GitIndex } from '../index/parse-index.ts';
import { joinPath } from '../paths.ts';
import { RepositoryError } from '../repository.ts';
import type { UnscannedDirs } from './parse-status.ts';
import type { UntrackedEntry } from './apply-ignore-rules.ts';

/** What is watched in a work tree: paths relative to it (`''` is the work tree itself) as they were seen. */
export type Watched = Map<string, Stats | null>;

export interface WorktreeWalk {
  /**
   * Every folder in which git would find a new file, and the files that say what it ignores. As long as
   * none of them changes, there are no other untracked files than before.
   */
  readonly watched: Watched;
  /** What git does not track in the folders that hold tracked files. */
  readonly others: readonly UntrackedEntry[];
  /** Whether all these folders could be read. */
  readonly isWhole: boolean;
  /** Looks on, where git does. False when there is more than can be watched. */
  readonly resume: (closed: UnscannedDirs | null) => Promise<boolean>;
}

const controlFiles: ReadonlySet<string> = new Set(['.gitignore', '.gitattributes']);
/** Not source any more, and dearer to watch than to ask git. */
const maxFolders = 200_000;

/**
 * Walks the folders of a work tree that hold tracked files. Links are not followed. Null where the index
 * tells of more folders than can be watched. Throws `RepositoryError` where git would wait for ever.
 */
export async function walkWorktree(
  workTree: string,
  index: GitIndex,
  pause: YieldToEventLoop,
): Promise<WorktreeWalk | null> {
  const sorted = sortOut(index);
  if (sorted === null) return null;
  const { files, folders, submodules } = sorted;
  const watched: Watched = new Map();
  const others: UntrackedEntry[] = [];
  let isWhole = true;

  const look = (path: string): Stats | null => lstatOrNull(`${workTree}/${path}`);
  /** Reads a folder and watches it; answers nothing where it can't be read. */
  const enter = (folder: string): readonly Dirent[] => {
    // First looked at, then read: what comes in between is seen the next time.
    const stats = lstatOrNull(folder === '' ? workTree : `${workTree}/${folder}`);
    watched.set(folder, stats);
    if (stats?.isDirectory() !== true) return [];
    try {
      return readdirSync(`${workTree}/${folder}`, { withFileTypes: true });
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      isWhole = false;
      return [];
    }
  };
  const control = (path: string, entry: Dirent): void => {
    if (!controlFiles.has(entry.name)) return;
    refuseOddFile(path, entry);
    watched.set(path, look(path));
  };

  const queue = [''];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    await pause();
    for (const entry of enter(folder)) {
      if (folder === '' && entry.name === '.git') continue;
      const path = joinPath(folder, entry.name);
      if (!entry.isDirectory()) {
        if (!files.has(path)) others.push({ path, entry });
        control(path, entry);
      } else if (folders.has(path)) queue.push(path);
      else if (submodules.has(path)) watched.set(path, look(path));
      else others.push({ path, entry });
    }
  }

  const goOn = async (closed: UnscannedDirs | null): Promise<boolean> => {
    const ignored = new Set(closed?.ignored);
    const repositories = new Set(closed?.repositories);
    const found = others.flatMap(({ path, entry }) => (entry.isDirectory() ? [path] : []));
    for (let folder = found.pop(); folder !== undefined; folder = found.pop()) {
      await pause();
      if (watched.size > maxFolders || folder.includes('\ufffd')) return false;
      if (ignored.has(folder)) continue;
      if (repositories.has(folder)) {
        // Without its `.git` it would be looked into.
        for (const path of [folder, `${folder}/.git`, `${folder}/.git/HEAD`]) {
          watched.set(path, look(path));
        }
        continue;
      }
      for (const entry of enter(folder)) {
        const path = joinPath(folder, entry.name);
        if (entry.isDirectory()) found.push(path);
        else control(path, entry);
      }
    }
    return isWhole;
  };
  return { watched, others, isWhole, resume: goOn };
}

/** The entries of an index by what they are on the disk; null when it tells of too many folders. */
function sortOut({ paths, modes }: GitIndex): {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  readonly submodules: ReadonlySet<string>;
} | null {
  const files = new Set<string>();
  const folders = new Set<string>();
  const submodules = new Set<string>();
  for (const [index, path] of paths.entries()) {
    (modes[index] === fileMode.submodule ? submodules : files).add(path);
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
    // A small forged index can tell of more folders than a set can hold.
    if (folders.size > maxFolders) return null;
  }
  return { files, folders, submodules };
}

/** git opens these without a look at what they are, and waits for the writer of a FIFO for ever. */
function refuseOddFile(path: string, entry: Dirent): void {
  if (entry.isFile() || entry.isSymbolicLink() || entry.isDirectory()) return;
  throw new RepositoryError('odd-work-tree', 'untrusted', `${path} is not a regular file`);
}
