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
  /** The start and end of comments that may contain one another. */
  readonly nested?: readonly [start: string, end: string];
  /** Whether it has template literals, which contain code between `${` and `}`. */
  readonly hasTemplates?: true;
  /** Whether it has heredocs, such as `<<EOF`. */
  readonly hasHeredocs?: true;
  /** Parts of a file in another language. */
  readonly embedded?: readonly { readonly pattern: string; readonly syntax: CommentSyntax }[];
}

/**
 * Comments and strings as the source of regular expressions. Each matches in a time that is linear in the text, hostile
 * text included: an unclosed string ends with its line, an unclosed comment with the file.
 */
export const line = (start: string): string => `${start}[^\\n]*`;
export const block = (start: string, end: string): string => `${start}[^]*?(?:${end}|(?![^]))`;
/** At the beginning of a line. */
export const bol = '(?<![^\\n])';
/** Not directly behind other text: `$#`, `color:#fff`. */
export const hash = line('(?<![^\\s;,)])#');
export const cComments = [line('//'), block('/\\*', '\\*/')];

export const double = '"(?:[^"\\\\\\n]|\\\\[^])*"?';
/** An apostrophe in a word is not a quote. */
export const single = "(?<!\\w)'(?:[^'\\\\\\n]|\\\\[^])*'?";
export const character = "'(?:\\\\[^][^'\\n]{0,10}|[^'\\\\\\n])'";
export const tripleDouble = block('"""', '(?<!\\\\)"""');
export const tripleSingle = block("'''", "(?<!\\\\)'''");
/** Without escape sequences, so that it may end with a backslash. */
export const rawTripleDouble = block('"""', '"""');
/** `R"sql(…)sql"` of C++. */
export const rawOfCpp = block('R"(?<raw>[^()\\s"\\\\]{0,16})\\(', '\\)\\k<raw>"');
/** `r"…"` and `r##"…"##` of Rust. */
export const rawOfRust = block('r(?<=\\bb?r)(?<raw>#{0,9})"', '"\\k<raw>');
/** `r'…'` of Dart, which has no escape sequences. */
export const rawOfDart = 'r(?<=\\br)(?:\'[^\'\\n]*\'?|"[^"\\n]*"?)';

/**
 * A regular expression of JavaScript, Ruby or Perl, behind an operator or a keyword that no operand of a division ends
 * with, to the end of its line. `/>` ends a tag.
 */
export const pattern =
  '/(?<=(?:[(,=:\\[!&|?{;]|=>|[=(]\\s?~|\\b(?:return|typeof|case|in|of|and|or|not|if|when|unless|split))\\s{0,99}/)' +
  '(?![*/>])(?:[^\\\\/\\n\\[]|\\\\[^\\n]|\\[(?:[^\\]\\\\\\n]|\\\\[^\\n])*\\]?)*/?';

/** `%q(…)` of Ruby and `q{…}` of Perl, to the end of their line. */
export const quoteOperator = (start: string): string =>
  `${start}(?:\\([^)\\n]*\\)?|\\[[^\\]\\n]*\\]?|\\{[^}\\n]*\\}?|<[^>\\n]*>?|\\|[^|\\n]*\\|?)`;
