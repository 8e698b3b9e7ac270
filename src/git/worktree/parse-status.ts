import type { YieldToEventLoop } from '../../util/async.ts';
import { decodePath, decodeUntrackedPath, nulRecords } from '../paths.ts';
import type { Changes } from '../repository.ts';

/** Tracked files with a change, at most `maxChangedPaths` of each kind. */
export interface ChangedPaths {
  /** Including those with a conflict. */
  readonly staged: readonly string[];
  readonly unstaged: readonly string[];
}

/** The status without the work trees of submodules. */
export interface OwnStatus {
  readonly changes: Changes;
  readonly changed: ChangedPaths;
  /** See `WorkTreeStatus`. */
  readonly ahead: number | null;
  readonly behind: number | null;
}

export interface ParsedStatus extends OwnStatus {
  /** Paths of untracked files and links, without nested repositories. */
  readonly untracked: readonly string[];
  readonly unscanned: UnscannedDirs;
}

/** The directories whose content git does not list. */
export interface UnscannedDirs {
  readonly ignored: readonly string[];
  readonly repositories: readonly string[];
}

export const maxChangedPaths = 1000;

const slash = 0x2f;
const unchanged = 0x2e;

/** Parses `git status --porcelain=v2 --branch --ignored=matching -z` (git-status(1), "Porcelain Format Version 2"). */
export async function parseStatus(
  output: Buffer,
  yieldToEventLoop: YieldToEventLoop,
): Promise<ParsedStatus> {
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const changed = { staged: [] as string[], unstaged: [] as string[] };
  const untracked: string[] = [];
  const unscanned = { ignored: [] as string[], repositories: [] as string[] };
  let ahead: number | null = null;
  let behind: number | null = null;
  let isOldName = false;
  let number = 0;
  for (const [start, end] of nulRecords(output)) {
    number += 1;
    if (number % 1000 === 0) await yieldToEventLoop();
    const type: string = isOldName ? '' : output.toString('latin1', start, start + 1);
    // The record after a rename contains the old path.
    isOldName = type === '2';
    if (type === '#') {
      const match = /^# branch\.ab \+(\d+) -(\d+)$/.exec(output.toString('latin1', start, end));
      if (match) [ahead, behind] = [Number(match[1]), Number(match[2])];
    } else if (type === '1' || type === '2') {
      const path = pathAfter(output, type === '1' ? 8 : 9, { start, end });
      if (output[start + 2] !== unchanged) {
        changes.staged += 1;
        addPath(changed.staged, path);
      }
      if (output[start + 3] !== unchanged) {
        changes.unstaged += 1;
        addPath(changed.unstaged, path);
      }
    } else if (type === 'u') {
      changes.conflicts += 1;
      addPath(changed.staged, pathAfter(output, 10, { start, end }));
    } else if (type === '?') changes.untracked += 1;
    if (type !== '?' && type !== '!') continue;
    const isDirectory = output[end - 1] === slash;
    const path = decodeUntrackedPath(output, start + 2, isDirectory ? end - 1 : end);
    if (path === null) continue;
    if (type === '?') (isDirectory ? unscanned.repositories : untracked).push(path);
    else if (isDirectory) unscanned.ignored.push(path);
  }
  return { changes, changed, ahead, behind, untracked, unscanned };
}

/** Returns the path of a record, after a number of fields. Null if it is missing or not UTF-8. */
function pathAfter(
  output: Buffer,
  fields: number,
  { start, end }: { readonly start: number; readonly end: number },
): string | null {
  let at = start;
  for (let field = 0; field < fields; field += 1) {
    const space = output.indexOf(0x20, at);
    if (space < 0 || space >= end) return null;
    at = space + 1;
  }
  return decodePath(output, at, end);
}

function addPath(paths: string[], path: string | null): void {
  if (path !== null && paths.length < maxChangedPaths) paths.push(path);
}

/**
 * Counts the submodules in the output of `git diff-index --raw -z`: `:<mode> <mode> <object> <object> <letter>`,
 * followed by one path, or two for a rename. Conflicts (`U`) and changes into a file (`T`) are not counted.
 */
export function countGitlinkChanges(output: Buffer): number {
  const records = output.toString('latin1').split('\0');
  return records.filter((record) =>
    /^:(?:160000 160000|160000 000000|000000 160000) \S+ \S+ [A-TV-Z]/.test(record),
  ).length;
}
