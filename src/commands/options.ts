import type { SyncName } from '../contract/syncs.ts';

/** What every command understands. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** The flags of `run`. */
export interface RunFlags extends GlobalOptions {
  readonly only?: readonly SyncName[];
  readonly ifDue?: boolean;
  readonly scheduled?: boolean;
  /** Seconds to wait for a lock that another run holds. */
  readonly wait?: number;
  readonly failIfLocked?: boolean;
  readonly dryRun?: boolean;
}
