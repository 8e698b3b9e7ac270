import { describe, expect, test } from 'vitest';
import { commentSyntaxes } from '../../../../../src/syncs/quality/todo/comment-syntax.ts';
import { positionsInComments } from '../../../../../src/syncs/quality/todo/find-comments.ts';
import { syntaxOfPath, syntaxOfScript } from '../../../../../src/syncs/quality/todo/find-syntax.ts';

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

describe('positionsInComments', () => {
  test.each(samples)('finds the comments of %s', (path, count, text) => {
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
  ];
  test.each(hostile)('takes linear time for text that repeats %j', (piece) => {
    const text = `${piece.repeat((512 * 1024) / piece.length)}TODO`;
    for (const syntax of commentSyntaxes) {
      const started = performance.now();
      positionsInComments(text, syntax, [text.length - 4]);
      expect(performance.now() - started, syntax.extensions).toBeLessThan(2000);
    }
  });
});

test('no extension has two syntaxes', () => {
  const extensions = commentSyntaxes.flatMap((syntax) => syntax.extensions.split(' '));
  expect(extensions.filter((one, at) => extensions.indexOf(one) !== at)).toEqual([]);
});
