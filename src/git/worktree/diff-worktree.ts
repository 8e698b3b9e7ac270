import type { Stats } from 'node:fs';
import type { YieldToEventLoop } from '../../util/async.ts';
import { fileMode, isRegular, type GitIndex } from '../index/parse-index.ts';
import { parentDir } from '../paths.ts';
import { maxChangedPaths } from './parse-status.ts';
import { statColumns, writeRow } from '../stat-rows.ts';
import { lstatState, type FileState } from '../../util/fs-sync.ts';

export interface WorktreeDiff {
  /** The stats of the tracked files, in the order of `comparableEntries`. */
  readonly rows: Float64Array;
  /** How many differ from the index; null if git would have to read a file to find out. */
  readonly changed: number | null;
  /** The paths of those, at most `maxChangedPaths`. */
  readonly changedPaths: readonly string[];
  /** The first tracked file whose stats can't be read, or null. */
  readonly unreadableFile: string | null;
}

/** The entries of an index that `git status` compares with the work tree, regular files before links. */
export function comparableEntries({ modes, paths }: GitIndex): readonly number[] {
  const all = [...paths.keys()];
  return [
    ...all.filter((at) => isRegular(modes[at])),
    ...all.filter((at) => modes[at] === fileMode.link),
  ];
}

/** Compares a work tree with its index by stats. Files outside of `dirs` are missing. */
export async function diffWorktree(
  index: GitIndex,
  context: {
    readonly workTree: string;
    readonly dirs: ReadonlySet<string>;
    readonly indexMtimeMs: number;
    /** Whether git may convert content (gitattributes(5)). */
    readonly mayConvert: boolean;
    /** The time before the comparison, for `isRacy`. */
    readonly sinceMs: number;
    readonly yieldToEventLoop: YieldToEventLoop;
  },
): Promise<WorktreeDiff> {
  const { workTree, dirs, mayConvert, sinceMs, yieldToEventLoop } = context;
  const indexSecondMs = context.indexMtimeMs - (context.indexMtimeMs % 1000);
  // Many builds of git compare seconds only and read these files again, with the attributes of today.
  const racyFromMs = mayConvert ? indexSecondMs : context.indexMtimeMs;
  const entries = comparableEntries(index);
  const rows = new Float64Array(entries.length * statColumns);
  const changedPaths: string[] = [];
  let unreadableFile: string | null = null;
  let changed: number | null = index.isPlain && index.isComplete ? 0 : null;
  for (const [row, entry] of entries.entries()) {
    if (row % 64 === 0) await yieldToEventLoop();
    const path = index.paths[entry] ?? '';
    // A directory may have been replaced by a link.
    const state = dirs.has(parentDir(path)) ? lstatState(`${workTree}/${path}`) : null;
    writeRow(rows, row, state, sinceMs);
    if (state === 'unreadable') unreadableFile ??= path;
    const isChanged = changed === null ? null : differs(index, entry, state, racyFromMs);
    if (isChanged === true && changedPaths.length < maxChangedPaths) changedPaths.push(path);
    changed = changed === null || isChanged === null ? null : changed + Number(isChanged);
  }
  return { rows, changed, changedPaths, unreadableFile };
}

/**
 * Whether a file differs from its entry, as far as its stats show (racy-git(7)); null if git would read it. git
 * ignores some of the stats, here all have to be equal. Like git, it takes a file of another size for changed
 * regardless of filters (`ie_modified` in read-cache.c).
 */
function differs(
  { modes, statsOf }: GitIndex,
  entry: number,
  file: FileState,
  racyFromMs: number,
): boolean | null {
  if (file === null || file === 'unreadable' || !hasMode(file, modes[entry])) return null;
  const { size, mtimeMs, ctimeMs, ino } = statsOf(entry);
  if (size > 0 && size !== file.size % 2 ** 32) return true;
  const isSame =
    size === file.size &&
    mtimeMs === file.mtimeMs &&
    ctimeMs === file.ctimeMs &&
    ino === file.ino % 2 ** 32 &&
    // A file written at the time of the index may have changed since without a change of its stats.
    mtimeMs < racyFromMs;
  return isSame ? false : null;
}

function hasMode(file: Stats, mode: number | undefined): boolean {
  if (mode === fileMode.link) return file.isSymbolicLink();
  const isExecutable = (file.mode & 0o100) !== 0;
  return file.isFile() && mode === (isExecutable ? fileMode.executable : fileMode.regular);
}
