import type { RunRequest } from '../run/run-request.ts';

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
export type RunFlags = GlobalOptions & RunRequest;
