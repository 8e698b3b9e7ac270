/** Extensions by language, after github-linguist's languages of the types "programming" and "markup". */
const extensions: Readonly<Record<string, string>> = {
  Ada: 'adb ads',
  Assembly: 'asm s',
  Astro: 'astro',
  Bicep: 'bicep',
  C: 'c',
  'C#': 'cs csx',
  'C++': 'cc cpp cxx c++ hh hpp hxx ipp tpp',
  CSS: 'css',
  Clojure: 'clj cljc cljs',
  CoffeeScript: 'coffee',
  'Common Lisp': 'lisp',
  Crystal: 'cr',
  Cuda: 'cu cuh',
  D: 'd',
  Dart: 'dart',
  Elixir: 'ex exs',
  Elm: 'elm',
  Erlang: 'erl hrl',
  'F#': 'fs fsi fsx',
  Fortran: 'f f90 f95 f03 f08',
  GLSL: 'frag glsl vert',
  Gleam: 'gleam',
  Go: 'go',
  Groovy: 'gradle groovy',
  HCL: 'hcl tf',
  HTML: 'htm html xhtml',
  Haskell: 'hs',
  Java: 'java',
  JavaScript: 'cjs js jsx mjs',
  Julia: 'jl',
  'Jupyter Notebook': 'ipynb',
  Kotlin: 'kt kts',
  Less: 'less',
  Lua: 'lua',
  Makefile: 'mk',
  Nim: 'nim',
  Nix: 'nix',
  OCaml: 'ml mli',
  'Objective-C': 'm',
  'Objective-C++': 'mm',
  PHP: 'php',
  Pascal: 'pas',
  Perl: 'pl pm',
  PowerShell: 'ps1 psm1',
  PureScript: 'purs',
  Python: 'py pyi pyw',
  R: 'r',
  Racket: 'rkt',
  ReScript: 'res',
  Ruby: 'gemspec rake rb',
  Rust: 'rs',
  SCSS: 'scss',
  SQL: 'sql',
  Sass: 'sass',
  Scala: 'sbt scala',
  Scheme: 'scm',
  Shell: 'bash sh zsh',
  Solidity: 'sol',
  Svelte: 'svelte',
  Swift: 'swift',
  SystemVerilog: 'sv svh',
  Tcl: 'tcl',
  TeX: 'tex',
  TypeScript: 'cts mts ts tsx',
  VHDL: 'vhd vhdl',
  'Visual Basic .NET': 'vb',
  Vue: 'vue',
  WebAssembly: 'wat',
  Zig: 'zig',
};

const fileNames: Readonly<Record<string, string>> = {
  'CMakeLists.txt': 'CMake',
  Dockerfile: 'Dockerfile',
  Gemfile: 'Ruby',
  Jenkinsfile: 'Groovy',
  Justfile: 'Just',
  Makefile: 'Makefile',
  Rakefile: 'Ruby',
  makefile: 'Makefile',
};

const byExtension = new Map(
  Object.entries({ ...extensions, CMake: 'cmake', 'C header': 'h' }).flatMap(([language, list]) =>
    list.split(' ').map((extension) => [extension, language] as const),
  ),
);
const byFileName = new Map(Object.entries(fileNames));

/** Vendored and generated code (after github-linguist's vendor.yml and generated.rb). */
const vendored =
  /(^|\/)(node_modules|bower_components|vendor|vendored|third[_-]party|dist|Godeps|Pods|\.yarn)\/|[.-]min\.(js|css)$|\.bundle\.js$|(\.pb|_pb2)\.\w+$/;

/** Returns the language of a path with `/` separators; null for data, prose, vendored and generated code. */
export function languageOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const language =
    byFileName.get(name) ??
    (dot === -1 ? undefined : byExtension.get(name.slice(dot + 1).toLowerCase()));
  return language === undefined || vendored.test(path) ? null : language;
}

/** Returns bytes by language, largest first. C headers count for C++ if the project has more C++ than C, else for C. */
export function sortedLanguages(bytes: ReadonlyMap<string, number>): Record<string, number> {
  const { 'C header': headers = 0, ...languages } = Object.fromEntries(bytes);
  if (headers > 0) {
    const owner = (languages['C++'] ?? 0) > (languages['C'] ?? 0) ? 'C++' : 'C';
    languages[owner] = (languages[owner] ?? 0) + headers;
  }
  return Object.fromEntries(
    Object.entries(languages).sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1)),
  );
}
