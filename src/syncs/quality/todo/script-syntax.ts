import {
  backticks,
  block,
  bol,
  character,
  double,
  escaped,
  hash,
  line,
  longDouble,
  longSingle,
  pattern,
  plainSingle,
  quoted,
  rawAfter,
  rawTripleDouble,
  replacement,
  single,
  tripleDouble,
  tripleSingle,
  type CommentSyntax,
} from './comment-patterns.ts';

/** `'…'`, `"…"`, `` `…` `` of several lines, and `$"`, a variable. */
const longQuotes = ['\\$["\'`](?!\\w)', longDouble, longSingle, backticks];

/** Languages whose comments start with `#`, and others of their kind. */
export const scriptSyntaxes: readonly CommentSyntax[] = [
  {
    extensions: 'py pyi pyx pyw pxd bzl star ipynb',
    fileNames: /^(?:BUILD|WORKSPACE|SConstruct|SConscript|Snakefile|wscript|Tiltfile)(?:\.bazel)?$/,
    interpreters: /^(?:python|pypy)/,
    // A string that is a statement is documentation.
    comments: [
      line('#'),
      ...[tripleDouble, tripleSingle].map(
        (string) => `${bol}[ \\t]*[rRuU]?(?=["'])(?<![(\\[{,=+\\\\]\\s{1,99}[rRuU]?)${string}`,
      ),
    ],
    strings: [tripleDouble, tripleSingle, double, single.replace('(?<!\\w)', '')],
  },
  {
    extensions: 'sh bash zsh ksh bats',
    fileNames: /^(?:\.?(?:bash|zsh)rc|\.profile|\.envrc)$/,
    interpreters: /^(?:sh|bash|zsh|ksh|dash|bats)$/,
    comments: [hash],
    strings: [
      escaped,
      // Only this one has escape sequences.
      `\\$'(?:[^'\\\\]|\\\\[^])*'?`,
      longDouble,
      "(?<!\\w)'[^']*'?",
    ],
    heredoc: '<<-?[ \\t]*["\'\\\\]?(?<heredoc>[A-Za-z_][\\w-]*)["\']?',
  },
  {
    extensions: 'yaml yml',
    comments: [hash],
    // A quote starts a string only at the start of a value.
    strings: [
      ...['"(?:[^"\\\\]|\\\\[^])*"?', "'(?:[^']|'')*'?"].map(
        (string) => `(?=["'])(?<=[:?-][ \\t]{1,99}(?:[!&]\\S{1,99}[ \\t]{1,99})?)${string}`,
      ),
      `(?=["'])(?<=(?:[,[{]|(?<![^\\n]))[ \\t]{0,99})(?:"(?:[^"\\\\\\n]|\\\\[^])*"|'[^'\\n]*')`,
    ],
    hasBlockScalars: true,
  },
  {
    extensions: 'fish',
    interpreters: /^fish$/,
    comments: [hash],
    strings: [escaped, longDouble, longSingle],
  },
  {
    extensions: 'toml graphql gql nu editorconfig',
    fileNames: /^meson\.build$/,
    comments: [line('#')],
    strings: [tripleDouble, block("'''", "'''"), double, plainSingle, backticks],
  },
  {
    extensions: 'r gd',
    interpreters: /^Rscript$/,
    comments: [line('#')],
    strings: [
      block(`[rR]["'](?<raw>-*)[([{]`, `[)\\]}]\\k<raw>["']`),
      tripleDouble,
      longDouble,
      longSingle,
      backticks,
    ],
  },
  {
    extensions: 'mk mak dockerfile',
    fileNames: /^(?:(?:GNU)?[Mm]akefile.*|(?:Docker|Container)file.*|[Jj]ustfile)$/,
    interpreters: /^make$/,
    comments: ['(?<![^\\s;,)])#(?:[^\\\\\\n]|\\\\[^])*'],
    strings: [escaped, double, single],
    heredoc: '<<-?["\']?(?<heredoc>[A-Za-z_]\\w*)["\']?',
  },
  {
    extensions: 'awk',
    interpreters: /^g?awk$/,
    comments: [line('#')],
    strings: [`${bol}[ \\t]*/(?:[^/\\\\\\n]|\\\\[^])*/?`, pattern, double],
  },
  {
    extensions: 'tcl',
    interpreters: /^(?:tclsh|wish)$/,
    comments: [line(`(?:${bol}|;)[ \\t]*#`)],
    strings: [escaped, double],
  },
  {
    extensions: 'pp',
    comments: [hash],
    strings: [longDouble, longSingle],
    heredoc: '@\\("?(?<heredoc>\\w+)"?[^)\\n]*\\)',
  },
  {
    extensions: 'cmake',
    fileNames: /^CMakeLists\.txt$/,
    comments: [block('#\\[(?<comment_>=*)\\[', '\\]\\k<comment_>\\]'), hash],
    strings: [block('\\[(?<raw>=*)\\[', '\\]\\k<raw>\\]'), escaped, longDouble],
  },
  {
    extensions: 'rb rake gemspec ru podspec cr',
    fileNames:
      /^(?:Gem|Rake|Vagrant|Pod|Fast|App|Match|Deliver|Brew|Guard|Cap|Dangerfile|Berks|Thor)file$/,
    interpreters: /^(?:ruby|jruby|rake|crystal)/,
    comments: [hash, block(`${bol}=begin`, '\\n=end[^\\n]*')],
    strings: [
      block(`${bol}__END__(?![^\\n])`, '(?![^])'),
      // `?"` is a character.
      '(?<![\\w)\\]}?])\\?[^\\s\\w](?!\\w)',
      quoted('(?<=[\\s(,=\\[{:])%[qQwWiIrsx]?(?=[^\\w\\s=])'),
      pattern,
      ...longQuotes,
    ],
    heredoc: '<<[-~]?["\'`]?(?<heredoc>[A-Za-z_]\\w*)["\'`]?',
  },
  {
    extensions: 'pl pm perl psgi raku',
    interpreters: /^(?:perl|raku)/,
    comments: [hash, block(`${bol}=[a-z]\\w*`, '\\n=cut[^\\n]*')],
    strings: [
      block(`${bol}__(?:END|DATA)__(?![^\\n])`, '(?=\\n=[a-z])'),
      quoted('(?<![\\w$@%&>{-])(?:q[qrwx]?|m)(?:\\s{0,9}(?=[({\\[<])|(?=[^\\w\\s]))'),
      replacement('(?<![\\w$@%&>{-])(?:s|tr|y)(?:\\s{0,9}(?=[({\\[<])|(?=[^\\w\\s]))'),
      pattern,
      ...longQuotes,
    ],
    heredoc: '<<~?\\s?["\'`]?(?<heredoc>[A-Za-z_]\\w*)["\'`]?',
  },
  {
    extensions: 'ex exs',
    interpreters: /^elixir$/,
    comments: [line('#')],
    strings: [
      // `?"` is a character.
      '(?<!\\w)\\?\\\\?[^\\s]',
      ...['"""', "'''"].map((quotes) => block(`~[a-zA-Z]{1,9}${quotes}`, quotes)),
      quoted('~[a-zA-Z]{1,9}'),
      tripleDouble,
      tripleSingle,
      longDouble,
      longSingle,
    ],
  },
  {
    extensions: 'nim',
    comments: [line('#')],
    nested: ['##?\\[', '\\]##?'],
    strings: [rawTripleDouble, rawAfter('\\w'), double, character],
  },
  {
    extensions: 'jl',
    interpreters: /^julia$/,
    comments: [line('#')],
    nested: ['#=', '=#'],
    strings: [tripleDouble, longDouble, character, backticks],
  },
  {
    extensions: 'coffee',
    interpreters: /^coffee$/,
    comments: [block('###', '###'), line('#')],
    strings: [tripleDouble, tripleSingle, pattern, longDouble, longSingle],
  },
  {
    extensions: 'ps1 psm1 psd1',
    interpreters: /^pwsh$/,
    comments: [block('<#', '#>'), hash],
    strings: [
      block('@"', '\\n"@'),
      block("@'", "\\n'@"),
      '`[^]',
      longDouble.replaceAll('\\\\', '`'),
      "(?<!\\w)'[^']*'?",
    ],
  },
  {
    extensions: 'lua luau',
    interpreters: /^lua/,
    comments: [block('--\\[(?<comment_>=*)\\[', '\\]\\k<comment_>\\]'), line('--')],
    strings: [block('\\[(?<raw>=*)\\[', '\\]\\k<raw>\\]'), double, single],
  },
  {
    extensions: 'vim',
    fileNames: /^\.?g?vimrc$/,
    comments: [line(`${bol}[ \\t]*"`), line('[ \\t]"(?=[^"\\n]*(?:\\n|(?![^])))')],
    strings: [line(`${bol}[ \\t]*\\w{0,9}map\\b`), double, single],
  },
];
