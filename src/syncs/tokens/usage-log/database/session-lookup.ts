import { getOrInsert } from '../../../../util/collections.ts';

const maxSessions = 10_000;

/**
 * Returns a function that returns the result of `find` for the id of a session, and null if the id is not a string.
 * Up to 10,000 results are cached.
 */
export function createSessionLookup<Result>(
  find: (id: string) => Result | null,
): (id: unknown) => Result | null {
  const sessions = new Map<string, Result | null>();
  return (id) => {
    if (typeof id !== 'string') return null;
    return getOrInsert(sessions, id, () => {
      if (sessions.size >= maxSessions) sessions.clear();
      return find(id);
    });
  };
}
