import { dirname } from 'node:path';
import { joinPaths, splitPaths } from '../paths.ts';
import {
  equalsRow,
  isRacy,
  lstatOrNull,
  lstatState,
  statColumns,
  writeRow,
} from '../worktree/stat-rows.ts';

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

/** Has to be called when a resolved path differs from the path that was resolved. */
export function trackLink(): void {
  if (current !== null) current.hasLinks = true;
}

/**
 * Returns the stats of paths that were read after `sinceMs`; null if a change since or just before could go unnoticed.
 * A missing path is represented by its directory, which changes when it is created.
 */
export function statPaths(paths: Iterable<string>, sinceMs: number): PathStats | null {
  const present = new Set<string>();
  for (const path of paths) {
    const isInDir = lstatState(path) === null && lstatOrNull(dirname(path))?.isDirectory() === true;
    present.add(isInDir ? dirname(path) : path);
  }
  const rows = new Float64Array(present.size * statColumns);
  for (const [row, path] of [...present].entries()) {
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
  return all.every((path, row) => equalsRow(rows, row, lstatState(path)));
}
