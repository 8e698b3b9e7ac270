import { basename, dirname } from 'node:path';

/**
 * Returns the id of every path: that of the matching known project, or a new one. A new id consists of the
 * directory's name, if necessary preceded by its parent's name, if necessary followed by a number; it never
 * equals an id in `knownIds`. The result is the same for every order of the paths.
 */
export function assignIds(
  paths: readonly string[],
  /** Ids of known projects by their present path. */
  matches: ReadonlyMap<string, string>,
  knownIds: Iterable<string>,
): ReadonlyMap<string, string> {
  const taken = new Set(knownIds);
  const ids = new Map<string, string>();
  for (const path of paths.toSorted()) {
    const id = matches.get(path) ?? createId(path, taken);
    taken.add(id);
    ids.set(path, id);
  }
  return ids;
}

function createId(path: string, taken: ReadonlySet<string>): string {
  const name = slug(basename(path)) || 'project';
  if (!taken.has(name)) return name;
  const longer = `${slug(basename(dirname(path))) || 'in'}-${name}`;
  if (!taken.has(longer)) return longer;
  for (let number = 2; ; number += 1) {
    const candidate = `${longer}-${String(number)}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Easy to type and to use in a URL; letters of all scripts are kept. */
const slug = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
