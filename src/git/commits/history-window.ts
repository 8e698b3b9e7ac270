import * as z from 'zod/mini';
import { sanitizePath } from '../../util/text.ts';
import { isTimeout } from '../exec/git-budget.ts';
import { RepositoryError, type Repository } from '../repository.ts';

/** Commits of a HEAD that were read, from a day on. Days are days since 1970, in UTC. */
export interface CachedWindow<Value> {
  readonly head: string;
  readonly sinceDay: number;
  /** The day on which it was read. */
  readonly readOn: number;
  /** Null: git did not finish in time; see `reason`. */
  readonly value: Value | null;
  readonly reason: string | null;
}

/** Returns the schema of a `CachedWindow`. */
export const cachedWindow = <Schema extends z.ZodMiniType>(value: Schema) =>
  z.object({
    head: z.string(),
    sinceDay: z.int(),
    readOn: z.int(),
    value: z.nullable(value),
    reason: z.nullable(z.string()),
  });

/** `value` may include days before the window; it is null with the reason if unknown. */
export interface HistoryWindow<Value> {
  readonly value: Value | null;
  readonly reason: string | null;
  /** Null if there is nothing to cache. */
  readonly cache: CachedWindow<Value> | null;
  /** Whether it stays the same on this day, as long as HEAD does. */
  readonly isFinal: boolean;
}

/** Returns a function that reads the commits of HEAD since a day, from the repository only if HEAD has changed. */
export function createWindowReader<Value>({
  today,
  sinceDay,
  read,
}: {
  readonly today: number;
  readonly sinceDay: number;
  readonly read: (repository: Repository, sinceDay: number) => Promise<Value>;
}): (
  repository: Repository | null,
  last: CachedWindow<Value> | null,
) => Promise<HistoryWindow<Value>> {
  return async (repository, last) => {
    const unknown = (reason: string, isFinal: boolean): HistoryWindow<Value> => ({
      ...{ value: null, reason, cache: last, isFinal },
    });
    if (repository === null) return unknown('not a git repository', true);
    if (repository.shallow) return unknown('the history of a shallow clone is incomplete', true);
    const { oid } = repository.head;
    if (oid === null) return unknown('no commits', true);
    if (last?.head === oid) {
      const { value, reason } = last;
      // A read that timed out is tried again the next day.
      const isUsable = value === null ? last.readOn === today : last.sinceDay <= sinceDay;
      if (isUsable) return { value, reason, cache: last, isFinal: true };
    }
    const cached = { head: oid, sinceDay, readOn: today };
    try {
      const value = await read(repository, sinceDay);
      return { value, reason: null, cache: { ...cached, value, reason: null }, isFinal: true };
    } catch (error) {
      if (!(error instanceof RepositoryError)) throw error;
      const reason = sanitizePath(error.message);
      if (!isTimeout(error)) return unknown(reason, false);
      return { value: null, reason, cache: { ...cached, value: null, reason }, isFinal: true };
    }
  };
}
