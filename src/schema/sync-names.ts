/**
 * The syncs in the order in which a run executes them: the registry from which plan, status file, paths,
 * configuration keys, completions and checks are derived. In a file of its own, so that code that
 * only needs the names does not load every schema.
 */
export const syncNames = ['tokens', 'quality', 'projects'] as const;

export type SyncName = (typeof syncNames)[number];

/** Returns an object with one value per sync, in the order of the run. */
export const mapSyncs = <Value>(valueOf: (name: SyncName) => Value): Record<SyncName, Value> =>
  Object.fromEntries(syncNames.map((name) => [name, valueOf(name)])) as Record<SyncName, Value>;
