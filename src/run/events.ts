import type { RunRecord, SyncResult } from '../schema/status.ts';
import type { Diagnostic } from '../util/diagnostic.ts';
import type { SyncName } from '../schema/syncs.ts';
import type { StopSignal } from '../system/system.ts';

/** An event of a run. `output/commands/run-text.ts` formats it. */
export type RunEvent =
  | { readonly type: 'stale-lock'; readonly ageMinutes: number }
  | { readonly type: 'sync-started'; readonly sync: SyncName }
  | {
      readonly type: 'progress';
      readonly done: number;
      readonly total: number;
      readonly name: string;
    }
  | { readonly type: 'notice'; readonly message: string }
  | {
      readonly type: 'retry';
      readonly sync: SyncName;
      readonly waitMs: number;
      readonly message: string;
    }
  | { readonly type: 'sync-finished'; readonly sync: SyncName; readonly result: SyncResult }
  /** A warning that belongs to the run, not to a sync. */
  | { readonly type: 'warning'; readonly warning: Diagnostic }
  /** An unexpected error, the only kind that is reported with its stack. */
  | { readonly type: 'bug'; readonly stack: string }
  | { readonly type: 'stopped'; readonly signal: StopSignal }
  | { readonly type: 'run-finished'; readonly record: RunRecord };
