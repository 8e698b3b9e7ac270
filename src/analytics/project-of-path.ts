/**
 * Finds the project that a folder belongs to: the deepest one that holds it, by its present path, else by
 * one that it had before. Null when none does.
 */
export function projectFinder(
  projects: readonly {
    readonly id: string;
    readonly path: string;
    readonly previousPaths: readonly string[];
  }[],
): (path: string) => string | null {
  const idOf = new Map<string, string>();
  for (const { id, previousPaths } of projects) {
    for (const path of previousPaths) idOf.set(path, id);
  }
  for (const { id, path } of projects) idOf.set(path, id);
  return (path) => {
    for (let folder = path; folder !== ''; folder = parentOf(folder)) {
      const id = idOf.get(folder);
      if (id !== undefined) return id;
    }
    return null;
  };
}

/** Paths of either kind of system: the history may come from another machine than this one. */
const parentOf = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\')));
