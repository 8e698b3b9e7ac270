import { describe, expect, test } from 'vitest';
import type { CommentSyntax } from '../../../../../src/syncs/quality/todo/comment-patterns.ts';
import { commentSyntaxes } from '../../../../../src/syncs/quality/todo/comment-syntax.ts';
import { positionsInComments } from '../../../../../src/syncs/quality/todo/find-comments.ts';
import { syntaxOfPath, syntaxOfScript } from '../../../../../src/syncs/quality/todo/find-syntax.ts';
import { cpuMsOf } from '../../../../helpers/cpu-time.ts';

/** Returns the number of TODO in comments; null for an unknown syntax. */
function countInComments(path: string, text: string): number | null {
  const syntax = syntaxOfPath(path) ?? syntaxOfScript(text);
  const positions = Array.from(text.matchAll(/TODO/g), ({ index }) => index);
  return syntax === null ? null : positionsInComments(text, syntax, positions).length;
}

/** Each file has TODO in as many comments as stated, and in code or strings besides. */
const samples: readonly (readonly [path: string, count: number, text: string])[] = [
  [
    'a.ts',
    3,
    'enum S { TODO } // TODO\nconst a = "TODO // TODO", b = `TODO\n// TODO ${x}`; /* TODO\nTODO */',
  ],
  ['a.js', 1, 'const pattern = /[/*"`]TODO/; TODO(); const half = a / b; // TODO'],
  ['a.tsx', 1, "<p>Don't TODO</p>\n// TODO\n"],
  [
    'a.c',
    2,
    'char q = \'"\'; s = "/* TODO \\" */"; // TODO\n#define TODO 1\nint n = 1\'000; /* TODO */',
  ],
  ['a.cs', 1, 'var p = @"C:\\TODO\\"; // TODO'],
  ['a.java', 1, 'String s = """\n  // TODO\n  """; int TODO; // TODO'],
  ['a.go', 1, 'var s = `// TODO\n"`\nvar r = \'"\' // TODO'],
  ['a.rs', 1, 'fn f<\'a>(x: &\'a str) { let s = r#"// TODO"#; } // TODO'],
  ['a.kt', 1, 'TODO("not yet") // TODO'],
  ['a.m', 2, 'NSLog(@"%TODO"); // TODO\n% TODO\n'],
  ['a.css', 1, 'a { background: url(http://TODO) } /* TODO */'],
  ['a.scss', 1, '.TODO {} // TODO'],
  ['a.py', 2, '"""TODO docstring"""\nx = """TODO"""; y = f\'# TODO\' # TODO'],
  ['a.rb', 2, 'x = "#{TODO} # TODO" # TODO\n=begin\nTODO\n=end\nTODO'],
  ['a.pl', 2, '$#TODO; $a = "x"; # TODO\n=pod\n\nTODO\n\n=cut\n$TODO'],
  ['a.perl', 1, 'my $TODO; # TODO'],
  ['a.sh', 1, 'echo "don\'t # TODO" ORIGINAL-TODO ${#TODO} # TODO'],
  ['a.yml', 2, "a: don't TODO # TODO\nb: 'TODO # TODO'\n# TODO"],
  ['a.toml', 1, 'a = """\n# TODO\n"""\nb = "TODO" # TODO'],
  ['a.jsonc', 1, '{ "a": "// TODO" } // TODO'],
  ['tsconfig.json', 1, '{ /* TODO */ "TODO": 1 }'],
  ['a.tf', 2, 'x = "# TODO" # TODO\n// TODO'],
  ['a.sql', 2, "SELECT 'TODO -- TODO' FROM todo_TODO; -- TODO\n/* TODO */"],
  ['a.lua', 2, 'x = [[-- TODO]] -- TODO\n--[==[ TODO\n]==] TODO = 1'],
  ['a.hs', 2, 'x = "-- TODO" -- TODO\n{- TODO -} f TODO\' = 1'],
  ['a.elm', 1, 'type S = TODO -- TODO'],
  ['a.clj', 1, '(def TODO "; TODO") ; TODO'],
  ['a.lisp', 2, '#| TODO |# (TODO #\\" 1) ; TODO'],
  ['a.erl', 1, 'x() -> "% TODO". % TODO'],
  ['a.tex', 1, '100\\% TODO % TODO'],
  ['a.ml', 1, 'let todo = "(* TODO *)" (* TODO *)'],
  ['a.fs', 2, 'let f = TODO // TODO\n(* TODO *)'],
  ['a.pas', 3, "s := 'TODO { TODO }'; // TODO\n{ TODO } (* TODO *)"],
  ['a.f90', 1, "print *, 'TODO ! TODO' ! TODO"],
  ['a.vb', 1, 'Dim TODO = "\' TODO" \' TODO'],
  ['a.bat', 2, 'echo TODO\nREM TODO\n:: TODO'],
  ['a.ps1', 2, '$TODO = "# TODO" # TODO\n<# TODO #>'],
  ['a.vim', 1, 'let TODO = "TODO"\n" TODO\n'],
  ['a.nim', 2, 'let x = "# TODO" # TODO\n#[ TODO ]#'],
  ['a.jl', 2, 'TODO = 1 # TODO\n#= TODO =#'],
  ['a.ex', 1, '@doc """\n# TODO\n"""\n# TODO'],
  ['a.nix', 2, "x = ''\n# TODO\n''; # TODO\n/* TODO */"],
  ['a.adb', 1, 'TODO : String := "-- TODO"; -- TODO'],
  ['a.asm', 1, 'TODO: mov eax, 1 ; TODO'],
  [
    'a.html',
    4,
    '<p title="TODO">TODO</p><!-- TODO --><script>TODO = "TODO" // TODO\n</script><style>/* TODO */</style>\n// TODO',
  ],
  ['a.xml', 1, '<a TODO="TODO">TODO</a><!-- TODO -->'],
  [
    'a.vue',
    3,
    '<template><p>// TODO</p><!-- TODO --></template>\n<script lang="ts">\nTODO // TODO\n</script><style>/* TODO */ .TODO{}</style>',
  ],
  ['a.svelte', 2, '<script>// TODO\n</script>{#if TODO}<!-- TODO -->{/if}'],
  ['a.php', 3, '<p>TODO # TODO</p><?php $TODO = "// TODO"; // TODO\n# TODO\n/* TODO */ ?> TODO'],
  ['a.erb', 2, '<p>TODO</p><%# TODO %><% TODO # TODO %>'],
  ['a.razor', 2, '<p>TODO</p>@* TODO *@\n@code {\n  // TODO\n  int TODO;\n}'],
  ['a.hbs', 2, '{{TODO}}{{! TODO }}{{!-- TODO --}}'],
  ['a.astro', 2, '---\nconst TODO = 1; // TODO\n---\n<p>TODO</p><!-- TODO -->'],
  ['Makefile', 1, 'TODO:\n\techo $(TODO) # TODO'],
  ['docker/Dockerfile.dev', 1, 'ENV TODO=1\n# TODO'],
  ['CMakeLists.txt', 2, '# TODO\nset(TODO "# TODO") #[[ TODO ]]'],
  ['Jenkinsfile', 1, "stage('TODO') // TODO"],
  ['Gemfile', 1, "gem 'TODO' # TODO"],
  ['BUILD.bazel', 1, 'name = "TODO" # TODO'],
  ['bin/run', 1, '#!/usr/bin/env -S X=1 bash\nTODO=1 # TODO'],
  ['bin/tool', 1, '#!/usr/bin/python3.11\nTODO = "TODO" # TODO'],
];

/** Strings that contain comment signs, and comments that contain strings, in forms that only one language has. */
const special: readonly (readonly [name: string, path: string, count: number, text: string])[] = [
  ['regex behind return', 'a.js', 1, 'return /["\'`]/.test(s); // TODO\n"TODO"'],
  ['regex behind an arrow', 'a.js', 2, 'const f = s => /`/.test(s);\n// TODO\nx();\n// TODO'],
  ['long regex', 'a.js', 1, `const r = /${'a'.repeat(200)}\`/;\n// TODO`],
  ['regex with a slash in a class', 'a.js', 1, 'const r = /[/"]/g; // TODO'],
  ['end of a tag', 'a.tsx', 1, '<A b={x} /> // TODO'],
  ['division', 'a.ts', 1, 'const half = (a + b) / 2, c = "d"; // TODO'],
  [
    'nested templates',
    'a.ts',
    1,
    'a = `${b ? `http://c` : "TODO"} // TODO ${{ d: `}` }}`; // TODO',
  ],
  ['comment in a template', 'a.ts', 1, 'a = `${/* TODO */ b} TODO`;'],
  ['raw string of Dart', 'a.dart', 1, "a = r'C:\\'; // TODO"],
  ['address of a style sheet', 'a.scss', 1, 'a { b: url(//TODO); } // TODO'],
  ['text block of Java', 'A.java', 1, 's = """\n \\"""\n // TODO\n"""; // TODO'],
  ['raw string of C++', 'a.cpp', 1, 's = R"x(")" // TODO\n)x"; // TODO'],
  ['raw string of C#', 'a.cs', 1, 's = """"\n""" // TODO\n""""; // TODO'],
  ['raw string of Kotlin', 'a.kt', 1, 's = """C:\\""" // TODO'],
  ['raw strings of Rust', 'a.rs', 2, 'r"C:\\"; // TODO\nr##"x"# // TODO "##; br"" // TODO'],
  ['string of several lines', 'a.rs', 1, 's = "x\n// TODO\n"; // TODO'],
  ['raw string of Swift', 'a.swift', 1, 's = #"C:\\"# // TODO'],
  ['string lines of Zig', 'a.zig', 1, 's =\n  \\\\// TODO\n; // TODO'],
  ['quoted string of OCaml', 'a.ml', 1, 's = {sql|(* TODO *)|sql} (* TODO *)'],
  ['character of Erlang', 'a.erl', 1, 'f() -> [$%, $", "TODO"]. % TODO'],
  ['character of Elixir', 'a.ex', 1, 'x = ?" # TODO\nempty?(y)'],
  ['string of Clojure', 'a.clj', 1, '(def x "a\n; TODO\n") ; TODO'],
  ['here-string of PowerShell', 'a.ps1', 1, "$a = @'\n# TODO\n'@ # TODO"],
  ['MATLAB', 'a.m', 3, "x = y'; % TODO\n%{\nTODO\n%}\n% TODO\nz = a(1) % b"],
  ['modulo of Objective-C', 'a.m', 1, 'int x = TODO % TODO; // TODO'],
  ['documentation of Python', 'a.py', 1, 'def f():\n    r"""TODO \\d"""\n    return "TODO"'],
  ['operators of Haskell', 'a.hs', 1, 'x = a --> TODO |-- TODO\n--- TODO'],
  ['operator of PostgreSQL', 'a.sql', 1, "SELECT a #> 'b' TODO -- TODO"],
  ['quotes of Ruby', 'a.rb', 1, "a = %q(it's # TODO) + %w[# TODO] # TODO"],
  ['regex of Ruby', 'a.rb', 1, 'a =~ /["#]/ # TODO'],
  ['quotes of Perl', 'a.pl', 1, "my $q = q{it's # TODO}; # TODO"],
  ['fixed and free Fortran', 'a.f90', 1, 'call TODO() ! TODO'],
  ['brackets of CMake', 'a.cmake', 1, 'set(a [=[ # TODO ]] ]=]) #[=[\n]]\nTODO ]=]'],
  ['attribute of PHP', 'a.php', 1, "<?php #[Route('/TODO')]\n$a = 'x\n// TODO\n'; // TODO"],
  ['CDATA', 'a.xml', 1, '<![CDATA[<!-- TODO -->]]><!-- TODO -->'],
  ['code of Razor', 'a.cshtml', 2, '@{\n  x = "TODO"; // TODO\n  /* TODO */\n}\n<p>TODO'],
  ['comment of Astro', 'a.astro', 1, '<p>{/* TODO */} TODO</p>'],
  ['heredoc of a shell', 'a.sh', 1, "cat <<-'EOF' > x\n# TODO it's\n\tEOF\n# TODO"],
  ['here-string and shift of a shell', 'a.sh', 1, 'cat <<< EOF\nx=$((a <<b))\n# TODO'],
  [
    'heredoc of Ruby',
    'a.rb',
    2,
    'f(<<~SQL.strip)\n  # TODO\nSQL\nlist << ITEM\n# TODO\nclass << self\n# TODO',
  ],
  ['heredoc of Perl', 'a.pl', 1, 'print <<"EOT";\n# TODO\nEOT\n# TODO'],
  ['heredoc of PHP', 'a.php', 1, "<?php $a = <<<'EOT'\n// TODO\n  EOT;\n// TODO"],
  ['heredoc of HCL', 'a.tf', 1, 'a = <<EOT\n# TODO\nEOT\n# TODO'],
  ...[
    ['kt', '/*', '*/'],
    ['swift', '/*', '*/'],
    ['rs', '/*', '*/'],
    ['d', '/+', '+/'],
    ['hs', '{-', '-}'],
    ['ml', '(*', '*)'],
    ['fs', '(*', '*)'],
    ['lisp', '#|', '|#'],
    ['nim', '#[', ']#'],
    ['jl', '#=', '=#'],
  ].map(
    ([extension = '', open = '', close = '']) =>
      [
        `nested comment of .${extension}`,
        `a.${extension}`,
        2,
        `${open} ${open} ${open} ${close} ${close} TODO ${close} TODO ${open}TODO`,
      ] as const,
  ),
];

describe('positionsInComments', () => {
  test.each(samples)('finds the comments of %s', (path, count, text) => {
    expect(countInComments(path, text)).toBe(count);
  });

  test.each(special)('distinguishes comments from strings: %s', (_name, path, count, text) => {
    expect(countInComments(path, text)).toBe(count);
  });

  test.each(['LICENSE', 'notes.xyz', 'data.json', 'README.md'])('does not know %s', (path) => {
    expect(countInComments(path, 'TODO')).toBeNull();
  });

  const hostile = [
    '"',
    '\\"',
    "'",
    '`',
    '/*',
    '=/[',
    '(/a',
    '{-',
    '<%',
    '<script',
    '"""',
    '--[==[',
    '#[',
    '{{!',
    '  ',
    '`${',
    '<<a\n',
    'r#"',
    '(~/',
    '%q(',
    'q{',
    's/',
    '$$',
    ': |\n',
    '#"""a',
    '(*"',
    '{/*',
  ];
  test.each(hostile)('takes linear time for text that repeats %j', (piece) => {
    const durationOf = (syntax: CommentSyntax, kibibytes: number): number => {
      const text = `${piece.repeat((kibibytes * 1024) / piece.length)}TODO`;
      return cpuMsOf(() => positionsInComments(text, syntax, [text.length - 4]));
    };
    for (const syntax of commentSyntaxes) {
      // 64 times as long if it were quadratic. The compiler may work during an attempt.
      const isLinear = (): boolean => durationOf(syntax, 512) < 25 * durationOf(syntax, 64) + 50;
      expect([1, 2, 3].some(isLinear), syntax.extensions).toBe(true);
    }
  });
});

test('no extension has two syntaxes', () => {
  const extensions = commentSyntaxes.flatMap((syntax) => syntax.extensions.split(' '));
  expect(extensions.filter((one, at) => extensions.indexOf(one) !== at)).toEqual([]);
});
