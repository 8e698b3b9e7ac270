import type * as z from 'zod/mini';
import { projectsContract } from './projects.ts';
import { qualityContract } from './quality.ts';
import type { SyncName } from './sync-names.ts';
import { tokensContract } from './tokens.ts';

/** What each sync takes, gives and leaves in the history. Add a name and the compiler asks for the rest. */
export const contracts = {
  tokens: tokensContract,
  quality: qualityContract,
  projects: projectsContract,
} as const satisfies Record<SyncName, object>;

export type { SyncName } from './sync-names.ts';

export type Options<Name extends SyncName> = z.infer<(typeof contracts)[Name]['options']>;
export type Snapshot<Name extends SyncName> = z.infer<(typeof contracts)[Name]['snapshot']>;
export type HistoryEntry<Name extends SyncName> = z.infer<(typeof contracts)[Name]['historyEntry']>;
