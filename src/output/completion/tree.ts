/** The words that a shell completes, derived from the commands. Words consist of letters, digits and `-`. */
export interface CompletionTree {
  readonly program: string;
  readonly commands: readonly CompletionCommand[];
  /** Flags of every command, which may precede it. */
  readonly flags: readonly CompletionFlag[];
}

export interface CompletionCommand {
  readonly name: string;
  readonly description: string;
  /** The values of its first argument; null completes file names. */
  readonly values: readonly string[] | null;
  readonly flags: readonly CompletionFlag[];
}

export interface CompletionFlag {
  /** Includes the dashes. */
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  /** Its value: none, one of a list, a directory, or anything. */
  readonly takes: 'nothing' | 'directory' | 'anything' | readonly string[];
}

export const spellings = ({ short, long }: CompletionFlag): readonly string[] =>
  short === null ? [long] : [short, long];

/** Returns a text in single quotes, in which a POSIX shell expands nothing. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
