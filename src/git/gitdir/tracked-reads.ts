import { dirname } from 'node:path';
import { joinPaths, splitPaths } from '../paths.ts';
import { equalsRow, statColumns, writeRow } from '../stat-rows.ts';
import { isRacy, lstatOrNull, lstatState } from '../../util/fs-sync.ts';

/** What a function read: the value is the same as long as all of these paths are. */
export interface TrackedReads<Value> {
  readonly value: Value;
  /** Null if a link was followed, whose target may change without them. */
  readonly paths: ReadonlySet<string> | null;
}

/** The paths of a `TrackedReads`, each terminated by NUL, and their stats (see `stat-rows.ts`). */
export interface PathStats {
  readonly paths: string;
  readonly rows: Float64Array<ArrayBuffer>;
}

/** A change of a file that is followed by a run within this time may not change its stats on every file system. */
const racyMs = 2000;

/** Those of the function that is running; null if none is tracked. */
let current: { readonly paths: Set<string>; hasLinks: boolean } | null = null;

/** Calls a synchronous function and records which paths it reads, lists or looks for. */
export function trackReads<Value>(read: () => Value): TrackedReads<Value> {
  const outer = current;
  const own = { paths: new Set<string>(), hasLinks: false };
  current = own;
  try {
    const value = read();
    return { value, paths: own.hasLinks ? null : own.paths };
  } finally {
    current = outer;
  }
}

/** Has to be called by every function that stats, reads or lists a path of a repository. */
export function trackRead(path: string): void {
  current?.paths.add(path);
}

/**
 * The same for a function that needs only the type and the owner of a directory, and reads its files by name. Every
 * `git status` creates a lock in the git directory, and with that changes its times.
 */
export function trackType(dir: string): void {
  current?.paths.add(`${dir}/`);
}

/** Has to be called when a resolved path differs from the path that was resolved. */
export function trackLink(): void {
  if (current !== null) current.hasLinks = true;
}

/**
 * Returns the stats of paths that were read after `sinceMs`; null if a change since or just before could go unnoticed.
 * A missing path is represented by its directory, which changes when it is created, unless only the type of that counts.
 * Of paths that end with a slash only the type and the owner count, if they are directories.
 */
export function statPaths(paths: Iterable<string>, sinceMs: number): PathStats | null {
  const present = new Set<string>();
  const read = new Set(paths);
  const isDir = (path: string): boolean => lstatOrNull(path)?.isDirectory() === true;
  for (const path of read) {
    const dir = dirname(path);
    if (path.endsWith('/')) present.add(isDir(path.slice(0, -1)) ? path : path.slice(0, -1));
    else if (read.has(`${dir}/`) || lstatState(path) !== null || !isDir(dir)) present.add(path);
    else present.add(dir);
  }
  const rows = new Float64Array(present.size * statColumns);
  for (const [row, path] of [...present].entries()) {
    if (path.endsWith('/')) {
      rows.set(ownerColumns(path), row * statColumns);
      continue;
    }
    const state = lstatState(path);
    if (state === 'unreadable' || state?.isSymbolicLink() === true) return null;
    if (state !== null && isRacy(state, sinceMs - racyMs)) return null;
    writeRow(rows, row, state, sinceMs);
  }
  return { paths: joinPaths([...present]), rows };
}

/** Whether all paths still have the same stats. */
export function areUnchanged({ paths, rows }: PathStats): boolean {
  const all = splitPaths(paths);
  if (rows.length !== all.length * statColumns) return false;
  return all.every((path, row) =>
    path.endsWith('/')
      ? ownerColumns(path).every((value, column) => value === rows[row * statColumns + column])
      : equalsRow(rows, row, lstatState(path)),
  );
}

/** Returns owner and inode of a directory, links not followed; values that equal nothing if it is none. */
function ownerColumns(path: string): readonly number[] {
  const stats = lstatOrNull(path.slice(0, -1));
  return stats?.isDirectory() === true ? [stats.uid, stats.ino] : [NaN];
}
