import type { SyncName } from '../contract/syncs.ts';

/** What every command understands. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  /** One record a line, for other programs. */
  readonly plain?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Asked for or forbidden; absent leaves it to the terminal and the environment. */
  readonly color?: boolean;
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
