import { describe, expect, test } from 'vitest';
import { readRootFiles } from '../../../../src/syncs/projects/root-files.ts';
import { temporaryWorkspace } from '../../../helpers/workspace.ts';

/** Returns the facts of a directory with these files: content by name. */
async function factsOf(files: Readonly<Record<string, string>>) {
  await using workspace = await temporaryWorkspace();
  for (const [name, text] of Object.entries(files)) await workspace.write(`code/a/${name}`, text);
  return await readRootFiles(`${workspace.root}/code/a`, null, new AbortController().signal);
}

describe('readRootFiles detects runtime versions', () => {
  test.each<[string, string, object]>([
    ['.nvmrc', 'v20.11.0\n', { node: 'v20.11.0' }],
    ['.node-version', '# pinned\n22\n', { node: '22' }],
    ['.python-version', '3.12.1\n3.11.0\n', { python: '3.12.1' }],
    ['.ruby-version', '3.3.0\n', { ruby: '3.3.0' }],
    ['.java-version', '21\n', { java: '21' }],
    [
      '.tool-versions',
      'nodejs 20.1.0\n# x\ngolang 1.22 1.21\nevil_tool 1\n',
      { go: '1.22', node: '20.1.0' },
    ],
    [
      'mise.toml',
      '[tools]\nnode = "22"\npython = ["3.12", "3.11"]\nrust = { version = "1.80" }\n',
      { node: '22', python: '3.12', rust: '1.80' },
    ],
    ['rust-toolchain', 'nightly-2026-01-01\n', { rust: 'nightly-2026-01-01' }],
    ['rust-toolchain.toml', '[toolchain]\nchannel = "1.80"\n', { rust: '1.80' }],
    ['global.json', '{"sdk":{"version":"8.0.100"}}', { dotnet: '8.0.100' }],
    ['package.json', '{"engines":{"node":">=20","npm":">=10"}}', { node: '>=20' }],
    ['pyproject.toml', '[project]\nrequires-python = ">=3.11"\n', { python: '>=3.11' }],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.10"\n', { python: '^3.10' }],
    ['setup.py', 'setup(name="x", python_requires=">=3.8")', { python: '>=3.8' }],
    ['setup.cfg', '[options]\npython_requires = >=3.9\n', { python: '>=3.9' }],
    ['Pipfile', '[requires]\npython_version = "3.12"\n', { python: '3.12' }],
    ['environment.yml', 'dependencies:\n  - python=3.11\n', { python: '=3.11' }],
    ['go.mod', 'module x\n\ngo 1.22.1\n', { go: '1.22.1' }],
    ['Cargo.toml', '[package]\nrust-version = "1.75"\n', { rust: '1.75' }],
    [
      'pom.xml',
      '<project><properties><java.version>17</java.version></properties></project>',
      { java: '17' },
    ],
    ['build.gradle.kts', 'kotlin { jvmToolchain(21) }', { java: '21' }],
    [
      'a.csproj',
      '<Project><TargetFramework>net8.0</TargetFramework></Project>',
      { dotnet: 'net8.0' },
    ],
    ['Gemfile', 'ruby "3.2.2"\n', { ruby: '3.2.2' }],
    ['composer.json', '{"require":{"php":"^8.2"}}', { php: '^8.2' }],
    ['mix.exs', 'elixir: "~> 1.15",', { elixir: '~> 1.15' }],
    ['pubspec.yaml', 'environment:\n  sdk: ^3.4.0\n', { dart: '^3.4.0' }],
    ['Package.swift', '// swift-tools-version:5.9\n', { swift: '5.9' }],
    ['build.zig.zon', '.{ .minimum_zig_version = "0.13.0" }', { zig: '0.13.0' }],
    ['build.sbt', 'scalaVersion := "3.4.2"\n', { scala: '3.4.2' }],
    ['DESCRIPTION', 'Package: x\nDepends: R (>= 4.1)\n', { r: '>= 4.1' }],
    ['Project.toml', '[compat]\njulia = "1.9"\n', { julia: '1.9' }],
    ['main.tf', 'terraform {\n  required_version = ">= 1.7"\n}', { terraform: '>= 1.7' }],
    ['Dockerfile', 'FROM node:20\n', {}],
  ])('from %s', async (name, text, runtimes) => {
    const facts = await factsOf({ [name]: text });
    expect(facts.runtimes).toEqual(runtimes);
    expect(facts.failures).toEqual([]);
  });

  test('and prefers a pinned version to a range', async () => {
    const files = { 'package.json': '{"engines":{"node":">=18"}}', '.nvmrc': '20' };
    expect((await factsOf(files)).runtimes).toEqual({ node: '20' });
  });

  test('and makes them printable and truncates them', async () => {
    const facts = await factsOf({ '.nvmrc': `20\u001b[31m${'x'.repeat(200)}` });
    expect(facts.runtimes['node']).toMatch(/^20\P{Cc}*x+…?$/u);
    expect(facts.runtimes['node']?.length).toBeLessThanOrEqual(60);
  });
});

describe('readRootFiles detects the stack', () => {
  test.each<[string, string, object]>([
    [
      'Package.swift',
      '.package(url: "https://github.com/vapor/vapor.git", from: "4.0.0")',
      { frameworks: ['Vapor'], packageManager: 'swiftpm' },
    ],
    [
      'CMakeLists.txt',
      'project(x DESCRIPTION "Draws." LANGUAGES CXX)\nfind_package(Qt6 REQUIRED)',
      { frameworks: ['CMake', 'Qt'], description: 'Draws.' },
    ],
    [
      'meson.build',
      "project('x', 'c', license: 'MIT')\ndependency('gtk4')",
      { frameworks: ['GTK', 'Meson'], license: 'MIT' },
    ],
    [
      'vcpkg.json',
      '{"description":"Sees.","license":"MIT","dependencies":["opencv",{"name":"boost"}]}',
      {
        frameworks: ['Boost', 'OpenCV'],
        packageManager: 'vcpkg',
        description: 'Sees.',
        license: 'MIT',
      },
    ],
    [
      'conanfile.py',
      'class X(ConanFile):\n    license = "MIT"\n    description = "Builds."\n',
      { packageManager: 'conan', license: 'MIT', description: 'Builds.' },
    ],
    [
      'rebar.config',
      '{deps, [{cowboy, "2.10.0"}]}.',
      { frameworks: ['Cowboy'], packageManager: 'rebar3' },
    ],
    [
      'x.cabal',
      'synopsis: Serves.\nlicense: BSD-3-Clause\nlibrary\n  build-depends: base >=4, servant\n    , yesod >= 1\n',
      {
        packageManager: 'cabal',
        description: 'Serves.',
        license: 'BSD-3-Clause',
        frameworks: ['Servant', 'Yesod'],
      },
    ],
    [
      'build.sbt',
      'libraryDependencies += "org.http4s" %% "http4s-dsl" % "1"',
      { frameworks: ['http4s'], packageManager: 'sbt' },
    ],
    [
      'project.clj',
      '(defproject x "1" :description "Rings."\n :license {:name "EPL-2.0"}\n :dependencies [[ring/ring-core "1.9"]])',
      {
        frameworks: ['Ring'],
        packageManager: 'leiningen',
        description: 'Rings.',
        license: 'EPL-2.0',
      },
    ],
    [
      'deps.edn',
      '{:deps {metosin/reitit {:mvn/version "0.7"}}}',
      { frameworks: ['Reitit'], packageManager: 'clojure-cli' },
    ],
    [
      'deno.json',
      '{"imports":{"@oak/oak":"jsr:@oak/oak@^17","hono":"npm:hono@4"}}',
      { frameworks: ['Hono', 'Oak'], packageManager: 'deno' },
    ],
    ['deno.jsonc', '{\n  // mine\n  "imports": {}\n}', { packageManager: 'deno' }],
    [
      'dune-project',
      '(license MIT)\n(package (synopsis "Dreams.") (depends\n  dream))',
      { frameworks: ['Dream'], packageManager: 'opam', license: 'MIT' },
    ],
    [
      'cpanfile',
      "requires 'Mojolicious', '9';",
      { frameworks: ['Mojolicious'], packageManager: 'cpan' },
    ],
    [
      'x-1.rockspec',
      'description = {\n summary = "Laps.",\n license = "MIT"\n}\ndependencies = {\n  "lapis >= 1"\n}',
      { frameworks: ['Lapis'], packageManager: 'luarocks', license: 'MIT', description: 'Laps.' },
    ],
    [
      'DESCRIPTION',
      'Package: x\nTitle: Shows Things\nLicense: MIT + file LICENSE\nImports:\n    shiny (>= 1.0),\n    dplyr\n',
      { frameworks: ['Shiny'], description: 'Shows Things', license: 'MIT' },
    ],
    [
      'Project.toml',
      '[deps]\nGenie = "c43c736e-a2d1-11e8-161f-af95117fbd1e"\n',
      { frameworks: ['Genie'], packageManager: 'pkg' },
    ],
    [
      'setup.py',
      'setup(description="Flies.", license="MIT", install_requires=["Flask>=2", "x"])',
      { frameworks: ['Flask'], description: 'Flies.', license: 'MIT' },
    ],
    [
      'setup.cfg',
      '[metadata]\ndescription = Flies.\nlicense = MIT\n[options]\ninstall_requires =\n  Django>=4\n',
      { frameworks: ['Django'], description: 'Flies.', license: 'MIT' },
    ],
    [
      'environment.yml',
      'dependencies:\n  - conda-forge::pytorch\n  - pip:\n    - streamlit==1\n',
      { frameworks: ['Streamlit'], packageManager: 'conda' },
    ],
    [
      'flake.nix',
      '{\n  description = "Pins.";\n}',
      { frameworks: ['Nix'], packageManager: 'nix', description: 'Pins.' },
    ],
    ['compose.yaml', 'services: {}', { frameworks: ['Docker Compose'] }],
    ['Dockerfile', 'FROM scratch', { frameworks: ['Docker'] }],
    [
      'Chart.yaml',
      'name: x\ndescription: Charts.\n',
      { frameworks: ['Helm'], description: 'Charts.' },
    ],
    [
      'gleam.toml',
      'licences = ["MIT"]\n[dependencies]\nwisp = ">= 1.0"\n',
      { frameworks: ['Wisp'], packageManager: 'gleam', license: 'MIT' },
    ],
    [
      'shard.yml',
      'description: Serves.\nlicense: MIT\ndependencies:\n  kemal:\n    github: x\n',
      { frameworks: ['Kemal'], packageManager: 'shards', description: 'Serves.', license: 'MIT' },
    ],
    [
      'package.json',
      '{"devEngines":{"packageManager":{"name":"pnpm"}}}',
      { packageManager: 'pnpm' },
    ],
    [
      'package.json',
      '{"devEngines":{"packageManager":[7,{"name":"aube"},{"name":"yarn","version":"4"}]}}',
      { packageManager: 'yarn' },
    ],
    [
      'package.json',
      '{"devEngines":{"runtime":[{"name":"node","version":">=22"},{"name":"deno"}]}}',
      { runtimes: { node: '>=22' } },
    ],
    [
      'package.json',
      '{"devEngines":{"runtime":{"name":"node","version":">=22"}},"engines":{"node":">=20"}}',
      { runtimes: { node: '>=20' } },
    ],
  ])('from %s', async (name, text, expected) => {
    const facts = await factsOf({ [name]: text });
    expect(facts).toMatchObject(expected);
    expect(facts.failures).toEqual([]);
  });
});

test.each([
  'x '.repeat(300_000),
  '"'.repeat(500_000),
  '['.repeat(500_000),
  ' a:\n'.repeat(100_000),
  '  a, \n'.repeat(80_000),
  '\n'.repeat(1_000_000),
  JSON.stringify({ imports: { a: `${'@'.repeat(900_000)}\n` } }),
])('readRootFiles reads manifests with hostile text %# in linear time', async (text) => {
  const names =
    'setup.py setup.cfg environment.yml CMakeLists.txt meson.build conanfile.py Package.swift x.cabal build.sbt project.clj deps.edn rebar.config dune-project x.opam DESCRIPTION Project.toml x.rockspec cpanfile Makefile.PL main.tf flake.nix Chart.yaml shard.yml x.nimble gleam.toml package.yaml deno.json pom.xml build.gradle x.csproj go.mod Gemfile mix.exs requirements.txt .tool-versions .nvmrc';
  const files = names.split(' ').map((name) => [name, text] as const);
  // Quadratic time would take hours.
  expect((await factsOf(Object.fromEntries(files))).packageManager).not.toBeNull();
});
