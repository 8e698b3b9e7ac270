import type { SyncName } from '../schema/syncs.ts';
import type { Sync } from './sync.ts';

/** The implementation of each sync, loaded when a run needs it. */
export const syncs: { readonly [Name in SyncName]: () => Promise<Sync<Name>> } = {
  tokens: async () => (await import('./tokens/index.ts')).tokens,
  quality: async () => (await import('./quality/index.ts')).quality,
  projects: async () => (await import('./projects/index.ts')).projects,
};
