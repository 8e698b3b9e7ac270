import type { SyncName } from '../schema/syncs.ts';
import { projects } from './projects/index.ts';
import { quality } from './quality/index.ts';
import type { Sync } from './sync.ts';
import { tokens } from './tokens/index.ts';

/** The implementation of each sync. Only a run imports it. */
export const syncs: { readonly [Name in SyncName]: Sync<Name> } = { tokens, quality, projects };
