import { join } from 'node:path';
import { timestampAt } from '../../util/dates.ts';
import { RepositoryError, type Stash } from '../repository.ts';
import { readGitDirFile } from './read-gitdir-file.ts';
import { resolveRef } from './refs.ts';

/** Returns the entries of the stash, which are the lines of its reflog, the oldest first; null if it can't be read. */
export function readStash(commonDir: string): Stash | null {
  try {
    if (resolveRef(commonDir, 'refs/stash').oid === null) return { entries: 0, oldestAt: null };
    const log = readGitDirFile(join(commonDir, 'logs/refs/stash'))?.toString('latin1') ?? '';
    const lines = log.split('\n').filter((line) => line !== '');
    const seconds = /> (\d{1,12}) [+-]\d{4}(?:\t|$)/.exec(lines[0] ?? '')?.[1];
    return {
      entries: Math.max(1, lines.length),
      oldestAt: seconds === undefined ? null : timestampAt(Number(seconds) * 1000),
    };
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
