import type { Stats } from 'node:fs';
import type { YieldToEventLoop } from '../../util/async.ts';
import { lstatOrNull, statColumns, writeRow } from './stat-rows.ts';
import { fileMode, isRegular, type GitIndex } from '../index/parse-index.ts';
import { parentDir } from '../paths.ts';

/** The files of an index as they are in the work tree. */
export interface WorktreeDiff {
  /** In the order of `comparedEntries`. */
  readonly rows: Float64Array;
  /** How many differ from the index; null where git would have to read a file to tell. */
  readonly changed: number | null;
}

/** The entries of an index that a status looks at, regular files before links. */
export function comparedEntries({ modes, paths }: GitIndex): readonly number[] {
  const all = [...paths.keys()];
  return [
    ...all.filter((at) => isRegular(modes[at])),
    ...all.filter((at) => modes[at] === fileMode.link),
  ];
}

/** Compares a work tree with its index, by stats alone. Below none of `folders` there is anything of it. */
export async function diffWorktree(
  index: GitIndex,
  context: {
    readonly workTree: string;
    readonly folders: ReadonlySet<string>;
    readonly indexWrittenMs: number;
    /** What is written after this may go unseen. */
    readonly sinceMs: number;
    readonly pause: YieldToEventLoop;
  },
): Promise<WorktreeDiff> {
  const { workTree, folders, indexWrittenMs, sinceMs, pause } = context;
  const entries = comparedEntries(index);
  const rows = new Float64Array(entries.length * statColumns);
  let changed: number | null = index.isPlain && index.isComplete ? 0 : null;
  for (const [row, entry] of entries.entries()) {
    if (row % 64 === 0) await pause();
    const path = index.paths[entry] ?? '';
    // A link may have taken the place of a folder.
    const stats = folders.has(parentDir(path)) ? lstatOrNull(`${workTree}/${path}`) : null;
    writeRow(rows, row, stats, sinceMs);
    const isChanged = changed === null ? null : differs(index, entry, stats, indexWrittenMs);
    changed = changed === null || isChanged === null ? null : changed + Number(isChanged);
  }
  return { rows, changed };
}

/**
 * Whether a file differs from its entry, as far as stats can tell (racy-git(7)); null where git would read it.
 * It looks at a part of the stats only, here all must be the same. A file of another size than git has noted
 * is changed for git, whatever filters would make of it (`ie_modified` in its read-cache.c).
 */
function differs(
  { modes, statsOf }: GitIndex,
  entry: number,
  file: Stats | null,
  indexWrittenMs: number,
): boolean | null {
  if (file === null || !isOfMode(file, modes[entry])) return null;
  const { size, mtimeMs, ctimeMs, ino } = statsOf(entry);
  if (size > 0 && size !== file.size % 2 ** 32) return true;
  const isSame =
    size === file.size &&
    mtimeMs === file.mtimeMs &&
    ctimeMs === file.ctimeMs &&
    ino === file.ino % 2 ** 32 &&
    // What was written together with the index may have changed since without a trace.
    mtimeMs < indexWrittenMs;
  return isSame ? false : null;
}

function isOfMode(file: Stats, mode: number | undefined): boolean {
  if (mode === fileMode.link) return file.isSymbolicLink();
  const isExecutable = (file.mode & 0o100) !== 0;
  return file.isFile() && mode === (isExecutable ? fileMode.executable : fileMode.regular);
}
