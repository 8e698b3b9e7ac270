import type * as z from 'zod/mini';
import { projectsContract } from './projects.ts';
import { qualityContract } from './quality.ts';
import type { SyncName } from './sync-names.ts';
import { tokensContract } from './tokens.ts';

interface SyncContract {
  /** The sync's key in the configuration; every option has a default. */
  readonly options: z.core.$ZodType<unknown, object>;
  /** `data/<sync>.json` */
  readonly snapshot: z.core.$ZodType;
  /** A line of `data/history/<sync>/`, without `run`. */
  readonly historyEntry: z.core.$ZodType<{ readonly key: string }>;
}

/** The schemas of each sync. */
export const contracts = {
  tokens: tokensContract,
  quality: qualityContract,
  projects: projectsContract,
} as const satisfies Record<SyncName, SyncContract>;

export type { SyncName } from './sync-names.ts';

export type Options<Name extends SyncName> = z.infer<(typeof contracts)[Name]['options']>;
export type Snapshot<Name extends SyncName> = z.infer<(typeof contracts)[Name]['snapshot']>;
export type HistoryEntry<Name extends SyncName> = z.infer<(typeof contracts)[Name]['historyEntry']>;
