import { basename, dirname } from 'node:path';

/**
 * Gives every path an id: the one that it has, else a new one that no project has or had. New ids are
 * made of the folder's name, then of its parent's name too, then with a number; the same paths and the
 * same known projects always give the same ids.
 */
export function assignIds(
  paths: readonly string[],
  /** The ids of known projects, by the path that each is at now. */
  recognised: ReadonlyMap<string, string>,
  /** All ids that are or were given, also of what is gone. */
  given: Iterable<string>,
): ReadonlyMap<string, string> {
  const taken = new Set(given);
  const ids = new Map<string, string>();
  for (const path of paths.toSorted()) {
    const id = recognised.get(path) ?? newId(path, taken);
    taken.add(id);
    ids.set(path, id);
  }
  return ids;
}
function newId(path: string, taken: ReadonlySet<string>): string {
  const name = slug(basename(path)) || 'project';
  if (!taken.has(name)) return name;
  const longer = `${slug(basename(dirname(path))) || 'in'}-${name}`;
  if (!taken.has(longer)) return longer;
  for (let number = 2; ; number += 1) {
    const candidate = `${longer}-${String(number)}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** A name that is easy to type and to put into a URL; letters of every script stay. */
const slug = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
