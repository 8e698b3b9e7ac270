import type { System } from '../system/system.ts';
import type { GlobalOptions } from './options.ts';

/** A flag of a command, as data: the parser, the help and the completion scripts are made of it. */
export interface Flag {
  /** As commander reads it: `-t, --target <scheduler>`, `--templates [dir]`, `--check`. */
  readonly flags: string;
  readonly description: string;
  /** The values that make sense, for the shell to complete; a value outside is for `parse` to refuse. */
  readonly values?: readonly string[];
  readonly preset?: unknown;
  /** Throws commander's `InvalidArgumentError` for a value that makes no sense. */
  readonly parse?: (value: string) => unknown;
}

/** A command of the program. */
export interface CommandEntry {
  readonly name: string;
  /** As commander reads them: `[root...]`. */
  readonly arguments?: string;
  /** Which values the first argument can have, for the shell to complete. */
  readonly argumentValues?: readonly string[];
  readonly description: string;
  /** What follows `sync-runner` in each example of its help. */
  readonly examples: readonly string[];
  readonly flags: readonly Flag[];
  /** Loads the command only when it is asked for. A method, so that it may name its own flags. */
  action(args: readonly string[], flags: GlobalOptions, system: System): Promise<number>;
}
