import {
  backticks,
  block,
  bol,
  cComment,
  cComments,
  character,
  double,
  escaped,
  hash,
  line,
  longDouble,
  pattern,
  plainDouble,
  plainSingle,
  rawAfter,
  rawOfCpp,
  rawOfRust,
  rawTripleDouble,
  single,
  tripleDouble,
  tripleSingle,
  type CommentSyntax,
} from './comment-patterns.ts';
import { markup, script, styles, styleSheets, xml } from './markup-syntax.ts';
import { scriptSyntaxes } from './script-syntax.ts';

/** No extension is in two of them. */
export const commentSyntaxes: readonly CommentSyntax[] = [
  script,
  styleSheets,
  styles,
  markup,
  xml,
  ...scriptSyntaxes,
  {
    extensions:
      'c cc cpp cxx c++ h hh hpp hxx inc inl ino ipp cu cuh glsl vert frag hlsl wgsl metal',
    // A backslash continues a comment.
    comments: [`//(?:[^\\\\\\n]|\\\\[^])*`, cComment],
    strings: [rawOfCpp, double, character],
  },
  {
    extensions: 'java v sv vala odin re cue gleam cls',
    comments: cComments,
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'as hx sol proto thrift',
    comments: cComments,
    strings: [pattern, longDouble, single],
  },
  {
    extensions: 'dart',
    comments: [line('//')],
    nested: ['/\\*', '\\*/'],
    strings: [
      ...['"""', "'''"].map((quotes) => block(`r(?<=\\br)${quotes}`, quotes)),
      'r(?<=\\br)(?:\'[^\'\\n]*\'?|"[^"\\n]*"?)',
      tripleDouble,
      tripleSingle,
      double,
      single,
    ],
  },
  {
    extensions: 'kt kts scala sc sbt',
    interpreters: /^(?:scala|kotlin)$/,
    comments: [line('//')],
    nested: ['/\\*', '\\*/'],
    strings: [rawTripleDouble, rawAfter('\\braw'), double, character],
  },
  {
    extensions: 'swift',
    interpreters: /^swift$/,
    comments: [line('//')],
    nested: ['/\\*', '\\*/'],
    strings: [
      `(?<raw>#{1,9})(?:"""[^]*?(?:"""\\k<raw>|(?![^]))|"[^\\n]*?(?:"\\k<raw>|(?![^\\n])))`,
      tripleDouble,
      double,
      pattern,
    ],
  },
  {
    extensions: 'rs',
    interpreters: /^rust-script$/,
    comments: [line('//')],
    nested: ['/\\*', '\\*/'],
    strings: [rawOfRust, longDouble, character],
  },
  {
    extensions: 'res',
    comments: [line('//')],
    nested: ['/\\*', '\\*/'],
    strings: [longDouble, backticks, character],
  },
  {
    extensions: 'd',
    comments: cComments,
    nested: ['/\\+', '\\+/'],
    strings: [backticks, rawAfter('\\br'), longDouble, character],
  },
  // A line of a string starts with two backslashes.
  { extensions: 'zig', comments: [line('//')], strings: [line('\\\\\\\\'), double, character] },
  {
    extensions: 'cs csx',
    comments: cComments,
    strings: [
      block('(?<raw>"{3,})', '\\k<raw>'),
      '(?:@\\$?|\\$@)"(?:[^"]|"")*"?',
      double,
      character,
    ],
  },
  { extensions: 'go', comments: cComments, strings: [double, character, backticks] },
  // Objective-C, and MATLAB, where % is a comment behind a statement or a blank line.
  {
    extensions: 'm mm',
    comments: [
      ...cComments,
      block(`${bol}[ \\t]*%\\{[ \\t]*(?=\\n)`, '\\n[ \\t]*%\\}'),
      line(`(?:${bol}|(?<=[;)\\]}]))[ \\t]*%(?=[ %])`),
      line(`${bol}[ \\t]*%`),
    ],
    strings: [double, character],
  },
  {
    extensions: 'tf tfvars hcl',
    comments: [hash, ...cComments],
    strings: [double],
    heredoc: '<<-?(?<heredoc>[A-Za-z_]\\w*)',
  },
  {
    extensions: 'nix',
    comments: [hash, cComment],
    strings: ["''(?:[^']|'(?!')|''['$\\\\])*(?:''|(?![^]))", longDouble],
  },
  {
    extensions: 'sql pls plsql pgsql',
    // `#>` is an operator of PostgreSQL.
    comments: [line('--'), cComment, line('(?<![^\\s;,)])#(?![>-])')],
    // A backslash at the end is not an escape sequence. The text between `$$` is code if it has several lines.
    strings: [
      '"[^"]*"?',
      "(?<!\\w)[NnEeBbXx]?'(?:[^'\\\\]|\\\\'(?![\\s,;)])|\\\\[^']|\\\\(?='))*'?",
      '(?<raw>\\$\\w{0,60}\\$)[^\\n]{0,500}?\\k<raw>',
    ],
  },
  {
    extensions: 'ada adb ads vhd vhdl',
    comments: [line('--'), cComment],
    strings: [plainDouble, character],
  },
  {
    extensions: 'hs lhs elm purs idr agda',
    interpreters: /^runhaskell$/,
    // `-->` is an operator.
    comments: [line('(?<![!#-&*+./:<-@\\\\^|~-])--+(?![!#-&*+./:<-@\\\\^|~])')],
    nested: ['\\{-', '-\\}'],
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'clj cljc cljs edn lisp lsp cl el scm ss rkt fnl',
    interpreters: /^(?:clojure|bb|sbcl|racket|guile)$/,
    comments: [line(';'), line('#!')],
    nested: ['#\\|', '\\|#'],
    strings: [escaped, longDouble, '\\|[^|\\n]*\\|'],
  },
  {
    extensions: 'asm s nasm',
    comments: [line('[;@]'), hash, ...cComments],
    strings: [double, "'[^'\\n]*'"],
  },
  {
    extensions: 'tex',
    comments: [line('%'), block('\\\\begin\\{comment\\}', '\\\\end\\{comment\\}')],
    strings: ['\\\\verb\\*?(?<raw>[^\\w\\s*])[^\\n]{0,500}?\\k<raw>', escaped],
  },
  {
    extensions: 'erl hrl',
    interpreters: /^escript$/,
    comments: [line('%')],
    // `$%` is a character.
    strings: ['\\$\\\\?[^\\s]', longDouble, single],
  },
  {
    extensions: 'ml mli mll mly',
    interpreters: /^ocaml/,
    comments: [],
    nested: ['\\(\\*', '\\*\\)', longDouble],
    strings: [block('\\{(?<raw>[a-z_]*)\\|', '\\|\\k<raw>\\}'), longDouble, character],
  },
  {
    extensions: 'fs fsi fsx',
    comments: [line('//')],
    // `(*)` is an operator.
    nested: ['\\(\\*(?!\\))', '\\*\\)', longDouble],
    strings: [rawTripleDouble, '@\\$?"[^"]*"?', longDouble, character, '``[^`\\n]*``'],
  },
  {
    extensions: 'pas dpr',
    // `{$` starts a directive.
    comments: [line('//'), block('\\{(?!\\$)', '\\}'), block('\\(\\*', '\\*\\)')],
    strings: [plainSingle],
  },
  // An ampersand continues a string.
  {
    extensions: 'f90 f95 f03 f08',
    comments: [line('!')],
    strings: ['"', "'"].map((quote) => `${quote}(?:[^${quote}&\\n]|&(?:[ \\t]*\\n)?)*${quote}?`),
  },
  {
    extensions: 'f for f77',
    comments: [line('!'), line(`${bol}[cC*]`)],
    strings: [plainDouble, plainSingle],
  },
  {
    extensions: 'cbl cob cpy',
    comments: [line(`${bol}.{6}[*/]`), line('\\*>')],
    strings: [plainDouble, plainSingle],
  },
  {
    extensions: 'vb bas vbs',
    comments: [line("'"), line('(?<![.\\w])[Rr][Ee][Mm](?![\\w(])')],
    strings: [plainDouble],
  },
  {
    extensions: 'bat cmd',
    comments: [line(`${bol}[ \\t@]*::`), line(`(?:${bol}|[&(])[ \\t@]*[Rr][Ee][Mm](?!\\w)`)],
    strings: [],
  },
  {
    extensions: 'st',
    comments: ['"[^"]*"?', block('\\(\\*', '\\*\\)')],
    strings: ['\\$[^]', single],
  },
  // A comment contains what is indented below it.
  {
    extensions: 'haml slim pug jade',
    comments: [
      `${bol}(?<comment_>[ \\t]*)(?:-#|/)[^\\n]*(?:\\n(?:\\k<comment_>[ \\t]+[^\\n]*|[ \\t]*(?=\\n)))*`,
    ],
    strings: [],
  },
];
