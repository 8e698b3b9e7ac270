/** What a shell completes, taken from the tree of the commands. All words are plain: letters, digits and `-`. */
export interface CompletionTree {
  readonly program: string;
  readonly commands: readonly CompletionCommand[];
  /** What every command understands, also before the command. */
  readonly flags: readonly CompletionFlag[];
}

export interface CompletionCommand {
  readonly name: string;
  readonly description: string;
  /** Words that its first argument can be; null completes file names. */
  readonly values: readonly string[] | null;
  readonly flags: readonly CompletionFlag[];
}

export interface CompletionFlag {
  /** With its dashes. */
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  /** What follows it: nothing, one of some words, the name of a folder, or anything. */
  readonly takes: 'nothing' | 'folder' | 'anything' | readonly string[];
}

/** The spellings of a flag. */
export const spellings = ({ short, long }: CompletionFlag): readonly string[] =>
  short === null ? [long] : [short, long];

/** A text in single quotes, in which a POSIX shell changes nothing. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
