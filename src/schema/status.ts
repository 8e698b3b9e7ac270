import * as z from 'zod/mini';
import { diagnosticEntry } from './diagnostic.ts';
import { count } from './numbers.ts';
import { outcomeWord, withOutcome } from './outcomes.ts';
import { mapSyncs } from './sync-names.ts';
import { timestamp } from './timestamp.ts';

export const syncResult = withOutcome(
  z.discriminatedUnion('outcome', [
    z.object({
      /** How it ended, see docs/data-contract.md. */
      outcome: z.literal('success'),
      /** In milliseconds. */
      durationMs: count,
      /** The numbers of the closing line, for example `{ "updated": 14, "added": 0 }`. */
      counts: z.record(z.string(), count),
      /** Notices of the sync, as text. */
      notices: z.array(z.string()),
      /** What did not stop the sync. */
      warnings: z.array(diagnosticEntry),
    }),
    z.object({
      outcome: z.literal('error'),
      durationMs: count,
      /** Why it failed; the subject is the sync. */
      error: diagnosticEntry,
      notices: z.array(z.string()),
      warnings: z.array(diagnosticEntry),
    }),
    z.object({
      outcome: z.literal('skipped'),
      /** Why it did not run to its end. */
      reason: z.enum(['disabled', 'not-selected', 'not-due', 'aborted']),
    }),
  ]),
);

export const runOutcome = z.enum(['success', 'error', 'interrupted']);

/** A missing key, in a file of a version without that sync, reads as a sync that did not run. */
const results = z.object(
  mapSyncs(() => z._default(syncResult, { outcome: 'skipped', reason: 'disabled' })),
);

const runFacts = {
  /** The end of the run. */
  finishedAt: timestamp,
  /** In milliseconds. */
  durationMs: count,
  /** `error` if a sync ended with one. */
  outcome: runOutcome,
  /** Who started it. */
  trigger: z.enum(['manual', 'scheduled']),
};

/** One locked execution of the plan. */
export const runRecord = z.object({
  /** The start of the run. */
  id: timestamp,
  ...runFacts,
  /** By sync. */
  results,
});

const syncTimes = z.object({
  /** The last run that was not to skip it; null before the first. */
  lastRun: z.nullable(timestamp),
  /** The last run in which it succeeded; null before the first. */
  lastSuccess: z.nullable(timestamp),
  /** The result of the last run, if the sync was not due since. */
  lastResult: z.optional(syncResult),
});

/** `data/sync-status.json`. The first four keys are compatible with earlier readers of this file. */
export const statusFile = z.object({
  /** The end of the last run. */
  lastSync: timestamp,
  /** How the last run ended. */
  status: runOutcome,
  /** Duration of the last run, in milliseconds. */
  durationMs: count,
  /** Why the last run failed, as text. */
  error: z.optional(z.string()),
  schemaVersion: z.literal(1),
  /** The last run. */
  run: runRecord,
  /** By sync: its last run and its last success. */
  syncs: z.object(mapSyncs(() => z._default(syncTimes, { lastRun: null, lastSuccess: null }))),
});

/** A line of `data/history/runs/runs-YYYY-MM.jsonl`. */
export const runLine = z.object({
  /** The start of the run, which is its id. */
  run: timestamp,
  ...runFacts,
  /** By sync. */
  syncs: z.record(
    z.string(),
    z.object({
      /** `success`, `error` or `skipped`. */
      outcome: outcomeWord(z.string()),
      /** In milliseconds; absent if it was skipped, like the following. */
      durationMs: z.optional(count),
      /** How many. */
      warnings: z.optional(count),
      /** Why it failed, as text. */
      error: z.optional(z.string()),
    }),
  ),
});

export type SyncResult = z.infer<typeof syncResult>;
export type RunOutcome = z.infer<typeof runOutcome>;
export type RunRecord = z.infer<typeof runRecord>;
export type StatusFile = z.infer<typeof statusFile>;
export type RunLine = z.infer<typeof runLine>;
