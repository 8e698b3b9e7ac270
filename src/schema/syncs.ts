import type * as z from 'zod/mini';
import { projectsSchemas } from './projects.ts';
import { qualitySchemas } from './quality.ts';
import type { SyncName } from './sync-names.ts';
import { tokensSchemas } from './tokens.ts';

interface SyncSchemas {
  /** The sync's key in the configuration; every option has a default. */
  readonly options: z.core.$ZodType<unknown, object>;
  /** `data/<sync>.json` */
  readonly snapshot: z.core.$ZodType;
  /** A line of `data/history/<sync>/`, without `run`. */
  readonly historyEntry: z.core.$ZodType<{ readonly key: string }>;
}

export const syncSchemas = {
  tokens: tokensSchemas,
  quality: qualitySchemas,
  projects: projectsSchemas,
} as const satisfies Record<SyncName, SyncSchemas>;

export type { SyncName } from './sync-names.ts';

export type Options<Name extends SyncName> = z.infer<(typeof syncSchemas)[Name]['options']>;
export type Snapshot<Name extends SyncName> = z.infer<(typeof syncSchemas)[Name]['snapshot']>;
export type HistoryEntry<Name extends SyncName> = z.infer<
  (typeof syncSchemas)[Name]['historyEntry']
>;
