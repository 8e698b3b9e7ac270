/**
 * Comments and strings of a family of languages, as regular expressions. Each matches in a time that is linear in the
 * text, hostile text included: an unclosed string ends with its line, an unclosed comment with the file.
 */
export interface CommentSyntax {
  /** Separated by blanks, in lower case. */
  readonly extensions: string;
  readonly fileNames?: RegExp;
  /** Programs in the first line of scripts. */
  readonly interpreters?: RegExp;
  readonly comments: readonly string[];
  /** Strings and other text in which nothing is a comment. A comment at the same position takes precedence. */
  readonly strings: readonly string[];
  /** Parts of a file in another language. */
  readonly embedded?: readonly { readonly pattern: string; readonly syntax: CommentSyntax }[];
}

const line = (start: string): string => `${start}[^\\n]*`;
const block = (start: string, end: string): string => `${start}[^]*?(?:${end}|(?![^]))`;
/** At the beginning of a line. */
const bol = '(?<![^\\n])';
/** Not directly behind other text: `$#`, `color:#fff`. */
const hash = line('(?<![^\\s;,)])#');

const double = '"(?:[^"\\\\\\n]|\\\\[^])*"?';
/** An apostrophe in a word is not a quote. */
const single = "(?<!\\w)'(?:[^'\\\\\\n]|\\\\[^])*'?";
const character = "'(?:\\\\[^][^'\\n]{0,10}|[^'\\\\\\n])'";
const tripleDouble = block('"""', '"""');
const tripleSingle = block("'''", "'''");
const template = '`(?:[^`\\\\]|\\\\[^])*`?';
/** A regular expression of JavaScript, behind a character that no operand of a division ends with. */
const pattern =
  '[(,=:\\[!&|?{};]\\s{0,20}/(?![*/])(?:[^\\\\/\\n\\[]|\\\\[^\\n]|\\[(?:[^\\]\\\\\\n]|\\\\[^\\n]){0,30}\\]){1,80}/';
const cComments = [line('//'), block('/\\*', '\\*/')];

const script: CommentSyntax = {
  extensions:
    'js jsx cjs mjs ts tsx cts mts dart groovy gradle jsonc json5 code-workspace scss less sass styl res prisma pcss',
  fileNames:
    /^(?:Jenkinsfile.*|[jt]sconfig.*\.json|\.(?:eslint|babel|jshint|swc)rc|devcontainer\.json)$/,
  interpreters: /^(?:node|deno|bun|ts-node|tsx|groovy)$/,
  comments: cComments,
  strings: [tripleDouble, tripleSingle, pattern, double, single, template],
};
const styles: CommentSyntax = {
  extensions: 'css',
  comments: [block('/\\*', '\\*/')],
  strings: [double, single],
};
/** Code between the tags of a template: PHP, Ruby, Java, C# and others. */
const templateCode: CommentSyntax = {
  extensions: '',
  comments: [...cComments, hash],
  strings: [double, single],
};
const python: CommentSyntax = {
  extensions: 'py pyi pyx pyw pxd bzl star ipynb',
  fileNames: /^(?:BUILD|WORKSPACE|SConstruct|SConscript|Snakefile|wscript|Tiltfile)(?:\.bazel)?$/,
  interpreters: /^(?:python|pypy)/,
  // A string that begins a line is documentation.
  comments: [line('#'), ...['"""', "'''"].map((quotes) => block(`${bol}[ \\t]*${quotes}`, quotes))],
  strings: [tripleDouble, tripleSingle, double, single.replace('(?<!\\w)', '')],
};

/** No extension is in two of them. */
export const commentSyntaxes: readonly CommentSyntax[] = [
  script,
  styles,
  python,
  {
    extensions:
      'c cc cpp cxx c++ h hh hpp hxx inc inl ino ipp cu cuh java kt kts scala sc sbt swift rs d sol zig v sv vala ' +
      'thrift proto odin re cue gleam glsl vert frag hlsl wgsl metal as hx cls',
    interpreters: /^(?:scala|kotlin|swift|rust-script)$/,
    comments: cComments,
    strings: [tripleDouble, block('R"\\(', '\\)"'), block('r#{1,5}"', '"#'), double, character],
  },
  {
    extensions: 'cs csx',
    comments: cComments,
    strings: [tripleDouble, '@\\$?"(?:[^"]|"")*"?', double, character],
  },
  { extensions: 'go', comments: cComments, strings: [double, character, block('`', '`')] },
  // Objective-C and MATLAB.
  {
    extensions: 'm mm',
    comments: [...cComments, line(`${bol}[ \\t]*%`)],
    strings: [double, character],
  },
  {
    extensions:
      'sh bash zsh ksh fish bats awk r nu pp yaml yml toml tcl cr gd mk mak graphql gql cmake dockerfile editorconfig',
    fileNames:
      /^(?:(?:GNU)?[Mm]akefile.*|(?:Docker|Container)file.*|CMakeLists\.txt|[Jj]ustfile|meson\.build|\.?(?:bash|zsh)rc|\.profile|\.envrc)$/,
    interpreters: /^(?:sh|bash|zsh|ksh|dash|fish|bats|g?awk|make|tclsh|wish|Rscript|crystal)$/,
    comments: [hash, block('#\\[\\[', '\\]\\]')],
    strings: [tripleDouble, tripleSingle, double, single],
  },
  {
    extensions: 'rb rake gemspec ru podspec',
    fileNames:
      /^(?:Gem|Rake|Vagrant|Pod|Fast|App|Match|Deliver|Brew|Guard|Cap|Dangerfile|Berks|Thor)file$/,
    interpreters: /^(?:ruby|jruby|rake)/,
    comments: [hash, block(`${bol}=begin`, '\\n=end[^\\n]*')],
    strings: [double, single],
  },
  {
    extensions: 'pl pm perl psgi raku',
    interpreters: /^(?:perl|raku)/,
    comments: [hash, block(`${bol}=[a-z]\\w*`, '\\n=cut[^\\n]*')],
    strings: [double, single],
  },
  {
    extensions: 'ex exs',
    interpreters: /^elixir$/,
    comments: [hash],
    strings: [tripleDouble, double, single],
  },
  {
    extensions: 'nix tf tfvars hcl',
    comments: [hash, ...cComments],
    strings: [block("''", "''"), double],
  },
  {
    extensions: 'nim',
    comments: [block('#\\[', '\\]#'), line('#')],
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'jl',
    interpreters: /^julia$/,
    comments: [block('#=', '=#'), line('#')],
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
    strings: [block('@"', '\\n"@'), double.replaceAll('\\\\', '`'), single],
  },
  {
    extensions: 'sql pls plsql pgsql',
    comments: [line('--'), block('/\\*', '\\*/'), hash],
    strings: [double, single],
  },
  { extensions: 'ada adb ads vhd vhdl', comments: [line('--')], strings: [double, character] },
  {
    extensions: 'lua luau',
    interpreters: /^lua/,
    comments: [block('--\\[=*\\[', '\\]=*\\]'), line('--')],
    strings: [block('\\[=*\\[', '\\]=*\\]'), double, single],
  },
  {
    extensions: 'hs lhs elm purs idr agda',
    interpreters: /^runhaskell$/,
    comments: [line('--'), block('\\{-', '-\\}')],
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'clj cljc cljs edn lisp lsp cl el scm ss rkt fnl',
    interpreters: /^(?:clojure|bb|sbcl|racket|guile)$/,
    comments: [line(';'), block('#\\|', '\\|#')],
    strings: ['\\\\[^]', double],
  },
  { extensions: 'asm s nasm', comments: [line('[;@]'), hash, ...cComments], strings: [double] },
  {
    extensions: 'erl hrl tex',
    interpreters: /^escript$/,
    comments: [line('(?<!\\\\)%')],
    strings: [double],
  },
  {
    extensions: 'ml mli mll mly',
    interpreters: /^ocaml/,
    comments: [block('\\(\\*', '\\*\\)')],
    strings: [double, character],
  },
  {
    extensions: 'fs fsi fsx',
    comments: [block('\\(\\*(?!\\))', '\\*\\)'), line('//')],
    strings: [tripleDouble, double, character],
  },
  {
    extensions: 'pas dpr',
    comments: [line('//'), block('\\{', '\\}'), block('\\(\\*', '\\*\\)')],
    strings: [single],
  },
  {
    extensions: 'f f03 f08 f90 f95 for',
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
  {
    extensions:
      'html htm xhtml xml xsl xslt xsd xaml csproj fsproj vbproj props targets vue svelte astro php phtml ' +
      'erb ejs jsp cshtml razor vbhtml hbs handlebars mustache twig jinja jinja2 j2 njk heex leex eex aspx ascx',
    interpreters: /^php/,
    comments: [
      block('<!--', '-->'),
      block('<%--', '--%>'),
      block('<%#', '%>'),
      block('@\\*', '\\*@'),
      block('\\{\\{!--', '--\\}\\}'),
      block('\\{\\{--', '--\\}\\}'),
      block('\\{\\{!', '\\}\\}'),
      block('\\{#(?![a-z])', '#\\}'),
      // In the code of Razor.
      line(`${bol}[ \\t]*//`),
    ],
    strings: [],
    embedded: [
      { pattern: block('<script\\b', '</script'), syntax: script },
      { pattern: block('<style\\b', '</style'), syntax: script },
      { pattern: block('<\\?(?:php|=)', '\\?>'), syntax: templateCode },
      { pattern: block('<%', '%>'), syntax: templateCode },
      // The front matter of Astro.
      { pattern: block('(?<![^])---\\n', '\\n---'), syntax: script },
    ],
  },
];
