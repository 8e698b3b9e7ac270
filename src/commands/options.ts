import type { RunRequest } from '../run/run-request.ts';

/** The options of every command. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  /** One record per line, for other programs. */
  readonly plain?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Absent: depends on the terminal and the environment. */
  readonly color?: boolean;
}

/** The options of `run`. */
export type RunFlags = GlobalOptions & RunRequest;
