import type { SyncName } from '../schema/syncs.ts';
import { projects } from './projects/index.ts';
import { quality } from './quality/index.ts';
import type { Sync } from './sync.ts';
import { tokens } from './tokens/index.ts';

/** The three syncs. A run is handed this registry; nothing else knows them by name. */
export const syncs: { readonly [Name in SyncName]: Sync<Name> } = { tokens, quality, projects };
