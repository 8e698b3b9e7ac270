import type { RunRecord, SyncResult, Warning } from '../contract/status.ts';
import type { SyncName } from '../contract/syncs.ts';
import type { StopSignal } from '../system.ts';

/** What happened in a run, as data; a view turns it into text. */
export type RunEvent =
  | { readonly kind: 'stale-lock'; readonly ageMinutes: number }
  | { readonly kind: 'sync-started'; readonly sync: SyncName }
  | {
      readonly kind: 'progress';
      readonly sync: SyncName;
      readonly done: number;
      readonly total: number;
      readonly name: string;
    }
  | { readonly kind: 'notice'; readonly sync: SyncName; readonly message: string }
  | {
      readonly kind: 'retry';
      readonly sync: SyncName;
      readonly attempt: number;
      readonly waitMs: number;
      readonly message: string;
    }
  | { readonly kind: 'sync-finished'; readonly sync: SyncName; readonly result: SyncResult }
  /** A warning that belongs to the run, not to a sync. */
  | { readonly kind: 'warning'; readonly warning: Warning }
  /** A mistake of ours: the only thing that is worth a stack trace. */
  | { readonly kind: 'bug'; readonly stack: string }
  | { readonly kind: 'stopped'; readonly signal: StopSignal }
  | { readonly kind: 'run-finished'; readonly record: RunRecord };
