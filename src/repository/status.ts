import type { WorkTreeStatus } from './repository.ts';

export interface ParsedStatus extends WorkTreeStatus {
  /** Paths of untracked files, relative to the work tree; a nested repository ends in `/`. */
  readonly untracked: readonly Buffer[];
}

/** Parses `git status --porcelain=v2 --branch -z` (git-status(1), "Porcelain Format Version 2"). */
export function parseStatus(output: Uint8Array): ParsedStatus {
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const untracked: Buffer[] = [];
  let ahead: number | null = null;
  let behind: number | null = null;
  const bytes = Buffer.from(output);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const record = bytes.subarray(at, end < 0 ? bytes.length : end);
    at += record.length + 1;
    const kind = record.toString('latin1', 0, 1);
    if (kind === '#') {
      const match = /^# branch\.ab \+(\d+) -(\d+)$/.exec(record.toString('latin1'));
      if (match) [ahead, behind] = [Number(match[1]), Number(match[2])];
    } else if (kind === '1' || kind === '2') {
      const [inIndex, inWorkTree] = record.toString('latin1', 2, 4);
      if (inIndex !== '.') changes.staged += 1;
      if (inWorkTree !== '.') changes.unstaged += 1;
      // A rename is followed by the old path as a record of its own.
      if (kind === '2') at = bytes.indexOf(0, at) + 1 || bytes.length;
    } else if (kind === 'u') changes.conflicts += 1;
    else if (kind === '?') {
      changes.untracked += 1;
      untracked.push(record.subarray(2));
    }
  }
  return { changes, ahead, behind, untracked };
}
