import type { SyncName } from '../schema/syncs.ts';

/** What a run was asked to do on the command line. */
export interface RunRequest {
  readonly only?: readonly SyncName[];
  readonly ifDue?: boolean;
  readonly scheduled?: boolean;
  /** Seconds to wait for a lock that another run holds. */
  readonly wait?: number;
  readonly failIfLocked?: boolean;
  readonly dryRun?: boolean;
}
