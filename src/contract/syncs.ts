import type * as z from 'zod/mini';
import { projectsContract } from './projects.ts';
import { qualityContract } from './quality.ts';
import { tokensContract } from './tokens.ts';

/** The syncs in the order in which a run takes them. Add a key and the compiler asks for the rest. */
export const contracts = {
  tokens: tokensContract,
  quality: qualityContract,
  projects: projectsContract,
} as const;

export type SyncName = keyof typeof contracts;
export const syncNames = Object.keys(contracts) as readonly SyncName[];

export type Options<Name extends SyncName> = z.infer<(typeof contracts)[Name]['options']>;
export type Snapshot<Name extends SyncName> = z.infer<(typeof contracts)[Name]['snapshot']>;
export type Digest<Name extends SyncName> = z.infer<(typeof contracts)[Name]['digest']>;
