import type { SyncName } from '../schema/syncs.ts';

/** The options of `run` that affect the run itself. */
export interface RunRequest {
  readonly only?: readonly SyncName[];
  readonly ifDue?: boolean;
  readonly scheduled?: boolean;
  /** How many seconds to wait for the lock. */
  readonly wait?: number;
  readonly failIfLocked?: boolean;
  readonly dryRun?: boolean;
}
