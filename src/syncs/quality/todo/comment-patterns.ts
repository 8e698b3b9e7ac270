/** Comments and strings of a family of languages, as regular expressions. */
export interface CommentSyntax {
  /** Separated by blanks, in lower case. */
  readonly extensions: string;
  readonly fileNames?: RegExp;
  /** Programs in the first line of scripts. */
  readonly interpreters?: RegExp;
  readonly comments: readonly string[];
  /** Strings and other text in which nothing is a comment. A comment at the same position takes precedence. */
  readonly strings: readonly string[];
  /** The start and end of comments that may contain one another, and strings in which they are neither. */
  readonly nested?: readonly [start: string, end: string, strings?: string];
  /** Whether it has template literals, which contain code between `${` and `}`. */
  readonly hasTemplates?: true;
  /** The start of a text that begins with the next line. Its end is named by the group `heredoc`. */
  readonly heredoc?: string;
  /** Whether text that begins with the next line, behind `|` or `>`, ends with its indentation. */
  readonly hasBlockScalars?: true;
  /** Parts of a file in another language. */
  readonly embedded?: readonly { readonly pattern: string; readonly syntax: CommentSyntax }[];
}

/**
 * Comments and strings as the source of regular expressions. Each matches in a time that is linear in the text, hostile
 * text included: what is not closed ends with its line or, if it may have several, with the file.
 */
export const line = (start: string): string => `${start}[^\\n]*`;
export const block = (start: string, end: string): string => `${start}[^]*?(?:${end}|(?![^]))`;
/** At the beginning of a line. */
export const bol = '(?<![^\\n])';
/** Not directly behind other text: `$#`, `color:#fff`. */
export const hash = line('(?<![^\\s;,)])#');
export const cComment = block('/\\*', '\\*/');
export const cComments = [line('//'), cComment];

/** A backslash and the character behind it. */
export const escaped = '\\\\[^]';
export const double = `"(?:[^"\\\\\\n]|${escaped})*"?`;
/** An apostrophe in a word is not a quote. */
export const single = `(?<!\\w)'(?:[^'\\\\\\n]|${escaped})*'?`;
/** Strings that may have several lines. */
export const longDouble = `"(?:[^"\\\\]|${escaped})*"?`;
export const longSingle = `(?<!\\w)'(?:[^'\\\\]|${escaped})*'?`;
export const backticks = block('`', '`');
/** Strings without escape sequences. A quote in them is doubled, which makes them two strings. */
export const plainDouble = '"[^"\\n]*"?';
export const plainSingle = "(?<!\\w)'[^'\\n]*'?";
export const character = `'(?:${escaped}[^'\\n]{0,10}|[^'\\\\\\n])'`;
export const tripleDouble = `"""(?:[^"\\\\]|${escaped}|"(?!""))*(?:"{3,5}|(?![^]))`;
export const tripleSingle = `'''(?:[^'\\\\]|${escaped}|'(?!''))*(?:'''|(?![^]))`;
/** Without escape sequences, so that it may end with a backslash, and with quotes. */
export const rawTripleDouble = block('"""', '"{3,5}');
/** `r"…"` and the like, without escape sequences. */
export const rawAfter = (prefix: string): string => `(?<=${prefix})"[^"\\n]*"?`;
/** `R"sql(…)sql"` of C++. */
export const rawOfCpp = block('R"(?<raw>[^()\\s"\\\\]{0,16})\\(', '\\)\\k<raw>"');
/** `r"…"` and `r##"…"##` of Rust. */
export const rawOfRust = block('r(?<=\\b[bc]?r)(?<raw>#{0,9})"', '"\\k<raw>');

/**
 * A regular expression, behind an operator or a keyword that no operand of a division ends with, to the end of its line.
 * `/>` ends a tag.
 */
export const pattern =
  '/(?<=(?:[(,=:\\[!&|?{;~]|=>|\\b(?:return|typeof|case|in|of|and|or|not|if|when|unless|split|yield|do|throw|void|else|await|grep))' +
  '\\s{0,99}/)(?![*/>])(?:[^\\\\/\\n\\[]|\\\\[^\\n]|\\[(?:[^\\]\\\\\\n]|\\\\[^\\n])*\\]?)*/?';

/** Text in brackets, which may contain others. */
const inBrackets = ['()', '[]', '{}', '<>'].map(([open = '', close = '']) => {
  const text = `[^\\${open}\\${close}\\\\]|${escaped}`;
  const inner = `\\${open}(?:${text})*\\${close}`;
  const outer = `\\${open}(?:${text}|${inner})*\\${close}`;
  return `\\${open}(?:${text}|${outer})*\\${close}?`;
});
/** Text between marks, in a line. */
const between = (count: string): string[] =>
  ['/', '|', '!', '#', '~', '"', "'", '@', ',', '%'].map(
    (mark) => `\\${mark}(?:(?:[^${mark}\\\\\\n]|${escaped})*\\${mark})${count}`,
  );

/** Text in brackets or between two marks, behind a prefix. */
export const quoted = (prefix: string): string =>
  `${prefix}(?:${[...inBrackets, ...between('')].join('|')})`;

/** `s/…/…/` and `tr{…}{…}` of Perl. A second part of several lines is code. */
export const replacement = (prefix: string): string =>
  `${prefix}(?:(?:${inBrackets.join('|')})(?:\\s{0,99}\\{[^{}\\n]*\\})?|${between('{2}').join('|')})`;
