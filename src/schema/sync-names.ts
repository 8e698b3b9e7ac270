/**
 * The syncs in the order in which a run takes them. Apart from their contracts, so that what only
 * needs the names does not load every schema.
 */
export const syncNames = ['tokens', 'quality', 'projects'] as const;

export type SyncName = (typeof syncNames)[number];
