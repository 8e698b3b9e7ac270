import { lstatSync, readdirSync, type BigIntStats, type Dirent, type Stats } from 'node:fs';
import { getOrInsert } from '../../../util/collections.ts';
import { toFileError } from '../../../util/fs.ts';
import { parentDir } from '../../../git/paths.ts';
import { isNotFound } from '../../../util/errors.ts';
import type { FileWarnings } from './file-warnings.ts';

/** The directories of a project, each read once. Paths are relative to its root, with `/`; `''` is the root. */
export interface DirTree {
  readonly root: string;
  /**
   * The absolute paths of directories that were listed and of files that were added, with their parent directories. As
   * long as these are the same, so is what was read of them.
   */
  readonly reads: ReadonlySet<string>;
  /** Adds a file to `reads`, and those of its directories that were found to be real. */
  readonly addRead: (path: string) => void;
  /**
   * Whether a directory exists and no part of its path is a symbolic link. A list of files may name paths below
   * a link, which could point out of the project.
   */
  readonly isRealDir: (dir: string) => boolean;
  /** Returns the entries of a directory; none if it is missing, not real, or cannot be listed (a warning). */
  readonly list: (dir: string) => readonly Dirent[];
  /** Returns the stats of a path without following a link; null if it does not exist. Throws `FileError`. */
  readonly stat: (path: string) => Stats | null;
  /** As `stat`, with nanoseconds, and added to `reads`. */
  readonly statExact: (path: string) => BigIntStats | null;
}

/** Synchronous for hot loops: a call takes microseconds, and there are hundreds of thousands. */
export function createDirTree(root: string, warnings: FileWarnings): DirTree {
  const real = new Map<string, boolean>([['', true]]);
  const listed = new Map<string, readonly Dirent[]>();
  const reads = new Set<string>();
  const addDirs = (dir: string): void => {
    for (let at = dir; ; at = parentDir(at)) {
      if (real.get(at) === true) reads.add(at === '' ? root : `${root}/${at}`);
      if (at === '') break;
    }
  };
  const addRead = (path: string): void => {
    reads.add(`${root}/${path}`);
    addDirs(parentDir(path));
  };
  const stat = (path: string): Stats | null => {
    try {
      return lstatSync(`${root}/${path}`, noThrow) ?? null;
    } catch (error) {
      return nullIfMissing(error, path);
    }
  };
  const isRealDir = (dir: string): boolean => {
    const known = real.get(dir);
    if (known !== undefined) return known;
    // From the top: a forged list may name millions of directories below one that does not exist.
    for (let end = 0; end >= 0;) {
      end = dir.indexOf('/', end + 1);
      const parent = end < 0 ? dir : dir.slice(0, end);
      const isReal =
        real.get(parent) ??
        warnings.guardSync(parent, () => stat(parent)?.isDirectory() === true) ??
        false;
      real.set(parent, isReal);
      if (!isReal) return false;
    }
    return true;
  };
  const read = (dir: string): readonly Dirent[] => {
    const isReal = isRealDir(dir);
    // One that is missing shows in its parent.
    addDirs(dir);
    if (!isReal) return [];
    const entries = warnings.guardSync(dir, () => {
      try {
        return readdirSync(`${root}/${dir}`, { withFileTypes: true });
      } catch (error) {
        return nullIfMissing(error, dir);
      }
    });
    return entries ?? [];
  };
  return {
    root,
    reads,
    addRead,
    isRealDir,
    stat,
    statExact: (path) => {
      addRead(path);
      try {
        return lstatSync(`${root}/${path}`, { ...noThrow, bigint: true }) ?? null;
      } catch (error) {
        return nullIfMissing(error, path);
      }
    },
    list: (dir) => getOrInsert(listed, dir, () => read(dir)),
  };
}

const noThrow = { throwIfNoEntry: false } as const;

/** Returns null if there is nothing at a path. Throws any other failure as a `FileError`. */
function nullIfMissing(error: unknown, path: string): null {
  if (isNotFound(error)) return null;
  throw toFileError(error, path);
}
