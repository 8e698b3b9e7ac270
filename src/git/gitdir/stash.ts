import { timestampAt } from '../../util/dates.ts';
import { RepositoryError, type Stash } from '../repository.ts';
import { resolveRef, type RefStore } from './refs.ts';

/** Returns the entries of the stash, which are those in the log of its ref; null if it can't be read. */
export function readStash(refs: RefStore): Stash | null {
  try {
    if (resolveRef(refs, 'refs/stash').oid === null) return { entries: 0, oldestAt: null };
    const times = refs.logTimes('refs/stash');
    const [oldest = NaN] = times;
    return {
      entries: Math.max(1, times.length),
      oldestAt: Number.isNaN(oldest) ? null : timestampAt(oldest * 1000),
    };
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}
