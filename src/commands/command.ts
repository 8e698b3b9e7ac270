import type { System } from '../system/system.ts';
import type { GlobalOptions } from './options.ts';

/** A flag as data, from which parser, help and completion scripts are generated. */
export interface Flag {
  /** In the syntax of commander: `-t, --target <scheduler>`, `--templates [dir]`, `--check`. */
  readonly flags: string;
  readonly description: string;
  /** Values for shell completion. `parse` rejects other values. */
  readonly values?: readonly string[];
  readonly default?: unknown;
  /** Throws commander's `InvalidArgumentError`. */
  readonly parse?: (value: string) => unknown;
}

/** A command of the program. */
export interface CommandEntry {
  readonly name: string;
  /** In the syntax of commander: `[root...]`. */
  readonly arguments?: string;
  /** Values of the first argument, for shell completion. */
  readonly argumentValues?: readonly string[];
  readonly description: string;
  /** Examples for the help, without `sync-runner`. */
  readonly examples: readonly string[];
  readonly flags: readonly Flag[];
  /** Imports and executes the command. A method, so that each entry can declare the type of its flags. */
  action(args: readonly string[], flags: GlobalOptions, system: System): Promise<number>;
}
