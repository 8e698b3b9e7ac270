import type { YieldToEventLoop } from '../../util/async.ts';
import { listedPath, records } from '../paths.ts';
import type { WorkTreeStatus } from '../repository.ts';

export interface ParsedStatus extends WorkTreeStatus {
  /** Paths of untracked files, relative to the work tree; repositories of their own are not among them. */
  readonly untracked: readonly string[];
  /** Folders that git does not look into: those that are ignored, and repositories of their own. */
  readonly unscanned: UnscannedDirs;
}

export interface UnscannedDirs {
  readonly ignored: readonly string[];
  readonly repositories: readonly string[];
}

const slash = 0x2f;
const unchanged = 0x2e;

/** Parses `git status --porcelain=v2 --branch --ignored=matching -z` (git-status(1), "Porcelain Format Version 2"). */
export async function parseStatus(output: Buffer, pause: YieldToEventLoop): Promise<ParsedStatus> {
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const untracked: string[] = [];
  const closed = { ignored: [] as string[], repositories: [] as string[] };
  let ahead: number | null = null;
  let behind: number | null = null;
  let isOldName = false;
  let number = 0;
  for (const [start, end] of records(output)) {
    number += 1;
    if (number % 1000 === 0) await pause();
    const kind: string = isOldName ? '' : output.toString('latin1', start, start + 1);
    // A rename is followed by the old path as a record of its own.
    isOldName = kind === '2';
    if (kind === '#') {
      const match = /^# branch\.ab \+(\d+) -(\d+)$/.exec(output.toString('latin1', start, end));
      if (match) [ahead, behind] = [Number(match[1]), Number(match[2])];
    } else if (kind === '1' || kind === '2') {
      if (output[start + 2] !== unchanged) changes.staged += 1;
      if (output[start + 3] !== unchanged) changes.unstaged += 1;
    } else if (kind === 'u') changes.conflicts += 1;
    else if (kind === '?') {
      changes.untracked += 1;
    }
    if (kind !== '?' && kind !== '!') continue;
    const isFolder = output[end - 1] === slash;
    const path = listedPath(output, start + 2, isFolder ? end - 1 : end);
    if (path === null) continue;
    if (kind === '?') (isFolder ? closed.repositories : untracked).push(path);
    else if (isFolder) closed.ignored.push(path);
  }
  return { changes, ahead, behind, untracked, unscanned: closed };
}
