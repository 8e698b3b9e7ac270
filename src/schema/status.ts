import * as z from 'zod/mini';
import { diagnosticEntry } from './diagnostic.ts';
import { count } from './numbers.ts';
import { mapSyncs } from './sync-names.ts';
import { timestamp } from './timestamp.ts';

export const syncResult = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('ok'),
    durationMs: count,
    /** The numbers of the closing line, for example `{ "updated": 14, "added": 0 }`. */
    counts: z.record(z.string(), count),
    notices: z.array(z.string()),
    warnings: z.array(diagnosticEntry),
  }),
  z.object({
    outcome: z.literal('failed'),
    durationMs: count,
    /** Why it failed; the subject is the sync. */
    error: diagnosticEntry,
    notices: z.array(z.string()),
    warnings: z.array(diagnosticEntry),
  }),
  z.object({
    outcome: z.literal('skipped'),
    reason: z.enum(['disabled', 'not-selected', 'not-due', 'aborted']),
  }),
]);

export const runOutcome = z.enum(['success', 'error', 'interrupted']);

/** A missing key, in a file of a version without that sync, reads as a sync that did not run. */
const results = z.object(
  mapSyncs(() => z._default(syncResult, { outcome: 'skipped', reason: 'disabled' })),
);

/** One locked execution of the plan. */
export const runRecord = z.object({
  /** The start of the run. */
  id: timestamp,
  finishedAt: timestamp,
  durationMs: count,
  outcome: runOutcome,
  trigger: z.enum(['manual', 'scheduled']),
  results,
});

const syncTimes = z.object({
  lastRun: z.nullable(timestamp),
  lastSuccess: z.nullable(timestamp),
  /** The result of the last run, if the sync was not due since. */
  lastResult: z.optional(syncResult),
});

/** `data/sync-status.json`. The first four keys are compatible with earlier readers of this file. */
export const statusFile = z.object({
  lastSync: timestamp,
  status: runOutcome,
  durationMs: count,
  error: z.optional(z.string()),
  schemaVersion: z.literal(1),
  run: runRecord,
  syncs: z.object(mapSyncs(() => z._default(syncTimes, { lastRun: null, lastSuccess: null }))),
});

/** A line of `data/history/runs/runs-YYYY-MM.jsonl`. */
export const runLine = z.object({
  run: timestamp,
  finishedAt: timestamp,
  durationMs: count,
  outcome: runOutcome,
  trigger: runRecord.shape.trigger,
  syncs: z.record(
    z.string(),
    z.object({
      outcome: z.string(),
      durationMs: z.optional(count),
      warnings: z.optional(count),
      error: z.optional(z.string()),
    }),
  ),
});

export type SyncResult = z.infer<typeof syncResult>;
export type RunOutcome = z.infer<typeof runOutcome>;
export type RunRecord = z.infer<typeof runRecord>;
export type StatusFile = z.infer<typeof statusFile>;
export type RunLine = z.infer<typeof runLine>;
