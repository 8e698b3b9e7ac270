import {
  block,
  bol,
  cComments,
  character,
  double,
  hash,
  line,
  pattern,
  quoteOperator,
  rawOfCpp,
  rawOfRust,
  rawTripleDouble,
  single,
  tripleDouble,
  tripleSingle,
  type CommentSyntax,
} from './comment-patterns.ts';
import { markup, script, styles, styleSheets } from './markup-syntax.ts';

const python: CommentSyntax = {
  extensions: 'py pyi pyx pyw pxd bzl star ipynb',
  fileNames: /^(?:BUILD|WORKSPACE|SConstruct|SConscript|Snakefile|wscript|Tiltfile)(?:\.bazel)?$/,
  interpreters: /^(?:python|pypy)/,
  // A string that begins a line is documentation.
  comments: [
    line('#'),
    ...['"""', "'''"].map((quotes) => block(`${bol}[ \\t]*[rRuU]?${quotes}`, `(?<!\\\\)${quotes}`)),
  ],
  strings: [tripleDouble, tripleSingle, double, single.replace('(?<!\\w)', '')],
};

/** No extension is in two of them. */
export const commentSyntaxes: readonly CommentSyntax[] = [
  script,
  styleSheets,
  styles,
  python,
  {
    extensions:
      'c cc cpp cxx c++ h hh hpp hxx inc inl ino ipp cu cuh java sol v sv vala thrift proto odin re cue gleam glsl vert ' +
      'frag hlsl wgsl metal as hx cls',
    comments: cComments,
    strings: [tripleDouble, rawOfCpp, double, character],
  },
  {
    extensions: 'kt kts scala sc sbt',
    interpreters: /^(?:scala|kotlin)$/,
    comments: [line('//')],
    nested: ['/*', '*/'],
    strings: [rawTripleDouble, double, character],
  },
  {
    extensions: 'swift',
    interpreters: /^swift$/,
    comments: [line('//')],
    nested: ['/*', '*/'],
    strings: [block('#"', '"#'), tripleDouble, double],
  },
  {
    extensions: 'rs',
    interpreters: /^rust-script$/,
    comments: [line('//')],
    nested: ['/*', '*/'],
    strings: [rawOfRust, '"(?:[^"\\\\]|\\\\[^])*"?', character],
  },
  {
    extensions: 'd',
    comments: cComments,
    nested: ['/+', '+/'],
    strings: [block('`', '`'), double, character],
  },
  // A line of a string starts with two backslashes.
  { extensions: 'zig', comments: [line('//')], strings: [line('\\\\\\\\'), double, character] },
  {
    extensions: 'cs csx',
    comments: cComments,
    strings: [block('(?<raw>"{3,})', '\\k<raw>'), '@\\$?"(?:[^"]|"")*"?', double, character],
  },
  { extensions: 'go', comments: cComments, strings: [double, character, block('`', '`')] },
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
    extensions:
      'sh bash zsh ksh fish bats awk r nu pp yaml yml toml tcl cr gd mk mak graphql gql dockerfile editorconfig',
    fileNames:
      /^(?:(?:GNU)?[Mm]akefile.*|(?:Docker|Container)file.*|[Jj]ustfile|meson\.build|\.?(?:bash|zsh)rc|\.profile|\.envrc)$/,
    interpreters: /^(?:sh|bash|zsh|ksh|dash|fish|bats|g?awk|make|tclsh|wish|Rscript|crystal)$/,
    comments: [hash],
    strings: [tripleDouble, tripleSingle, double, single],
    hasHeredocs: true,
  },
  {
    extensions: 'cmake',
    fileNames: /^CMakeLists\.txt$/,
    comments: [block('#\\[(?<comment_>=*)\\[', '\\]\\k<comment_>\\]'), hash],
    strings: [block('\\[(?<raw>=*)\\[', '\\]\\k<raw>\\]'), double],
  },
  {
    extensions: 'rb rake gemspec ru podspec',
    fileNames:
      /^(?:Gem|Rake|Vagrant|Pod|Fast|App|Match|Deliver|Brew|Guard|Cap|Dangerfile|Berks|Thor)file$/,
    interpreters: /^(?:ruby|jruby|rake)/,
    comments: [hash, block(`${bol}=begin`, '\\n=end[^\\n]*')],
    strings: [quoteOperator('%[qQwWiIrsx]'), pattern, double, single],
    hasHeredocs: true,
  },
  {
    extensions: 'pl pm perl psgi raku',
    interpreters: /^(?:perl|raku)/,
    comments: [hash, block(`${bol}=[a-z]\\w*`, '\\n=cut[^\\n]*')],
    strings: [quoteOperator('(?<![\\w$@%&>-])q[qwrx]?\\s?'), pattern, double, single],
    hasHeredocs: true,
  },
  {
    extensions: 'ex exs',
    interpreters: /^elixir$/,
    comments: [hash],
    // `?"` is a character.
    strings: ['(?<!\\w)\\?\\\\?[^\\s]', tripleDouble, double, single],
  },
  {
    extensions: 'nix tf tfvars hcl',
    comments: [hash, ...cComments],
    strings: [block("''", "''"), double],
    hasHeredocs: true,
  },
  {
    extensions: 'nim',
    comments: [line('#')],
    nested: ['#[', ']#'],
    strings: [rawTripleDouble, double, character],
  },
  {
    extensions: 'jl',
    interpreters: /^julia$/,
    comments: [line('#')],
    nested: ['#=', '=#'],
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'coffee',
    interpreters: /^coffee$/,
    comments: [block('###', '###'), line('#')],
    strings: [tripleDouble, tripleSingle, double, single],
  },
  {
    extensions: 'ps1 psm1 psd1',
    interpreters: /^pwsh$/,
    comments: [block('<#', '#>'), hash],
    strings: [block('@"', '\\n"@'), block("@'", "\\n'@"), double.replaceAll('\\\\', '`'), single],
  },
  {
    extensions: 'sql pls plsql pgsql',
    // `#>` is an operator of PostgreSQL.
    comments: [line('--'), block('/\\*', '\\*/'), line('(?<![^\\s;,)])#(?![>-])')],
    strings: [double, single],
  },
  { extensions: 'ada adb ads vhd vhdl', comments: [line('--')], strings: [double, character] },
  {
    extensions: 'lua luau',
    interpreters: /^lua/,
    comments: [block('--\\[(?<comment_>=*)\\[', '\\]\\k<comment_>\\]'), line('--')],
    strings: [block('\\[(?<raw>=*)\\[', '\\]\\k<raw>\\]'), double, single],
  },
  {
    extensions: 'hs lhs elm purs idr agda',
    interpreters: /^runhaskell$/,
    // `-->` is an operator.
    comments: [line('(?<![!#-&*+./:<-@\\\\^|~-])--+(?![!#-&*+./:<-@\\\\^|~])')],
    nested: ['{-', '-}'],
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'clj cljc cljs edn lisp lsp cl el scm ss rkt fnl',
    interpreters: /^(?:clojure|bb|sbcl|racket|guile)$/,
    comments: [line(';')],
    nested: ['#|', '|#'],
    strings: ['\\\\[^]', '"(?:[^"\\\\]|\\\\[^])*"?'],
  },
  { extensions: 'asm s nasm', comments: [line('[;@]'), hash, ...cComments], strings: [double] },
  { extensions: 'tex', comments: [line('(?<!\\\\)%')], strings: [] },
  {
    extensions: 'erl hrl',
    interpreters: /^escript$/,
    comments: [line('%')],
    // `$%` is a character.
    strings: ['\\$\\\\?[^\\s]', double],
  },
  {
    extensions: 'ml mli mll mly',
    interpreters: /^ocaml/,
    comments: [],
    nested: ['(*', '*)'],
    strings: [block('\\{(?<raw>[a-z_]*)\\|', '\\|\\k<raw>\\}'), double, character],
  },
  {
    extensions: 'fs fsi fsx',
    comments: [line('//')],
    nested: ['(*', '*)'],
    // `(*)` is an operator.
    strings: ['\\(\\*\\)', rawTripleDouble, double, character],
  },
  {
    extensions: 'pas dpr',
    comments: [line('//'), block('\\{', '\\}'), block('\\(\\*', '\\*\\)')],
    strings: [single],
  },
  { extensions: 'f90 f95 f03 f08', comments: [line('!')], strings: [double, single] },
  {
    extensions: 'f for f77',
    comments: [line('!'), line(`${bol}[cC*]`)],
    strings: [double, single],
  },
  {
    extensions: 'vb bas vbs',
    comments: [line("'"), line('\\b(?:REM|Rem)\\b')],
    strings: ['"[^"\\n]*"?'],
  },
  { extensions: 'bat cmd', comments: [line(`${bol}[ \\t@]*(?:::|[Rr](?:EM|em)\\b)`)], strings: [] },
  { extensions: 'st', comments: ['"[^"]*"?', block('\\(\\*', '\\*\\)')], strings: [single] },
  {
    extensions: 'vim',
    fileNames: /^\.?g?vimrc$/,
    comments: [line(`${bol}[ \\t]*"`), line('[ \\t]"(?=[^"\\n]*(?:\\n|(?![^])))')],
    strings: [double, single],
  },
  { extensions: 'haml slim pug jade', comments: [line(`${bol}[ \\t]*(?:-#|/|//)`)], strings: [] },
  markup,
];
