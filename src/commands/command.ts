import type { System } from '../system/system.ts';

/** The options of every command. */
export interface GlobalFlags {
  readonly workspace?: string;
  readonly json?: boolean;
  /** One record per line, for other programs. */
  readonly plain?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Absent: depends on the terminal and the environment. */
  readonly color?: boolean;
}

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

/** Executes a command. The type of a method, so that each command can declare the type of its flags. */
type Action = {
  action(flags: GlobalFlags, system: System, args: readonly string[]): Promise<number> | number;
}['action'];

/** A command of the program. */
export interface CommandEntry {
  readonly name: string;
  /** The heading of the help under which the command is. */
  readonly group: 'view' | 'collect' | 'schedule' | 'connect';
  /** In the syntax of commander: `[root...]`. */
  readonly arguments?: string;
  /** Values of the first argument, for shell completion. */
  readonly argumentValues?: readonly string[];
  readonly description: string;
  /** Examples for the help, without `sync-runner`. */
  readonly examples: readonly string[];
  readonly flags: readonly Flag[];
  /** Imports the command. */
  readonly load: () => Promise<Action>;
}
