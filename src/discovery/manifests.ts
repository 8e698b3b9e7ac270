/** Files at the root of a package, in the ecosystems that people use most. */
const names = new Set([
  'package.json',
  'deno.json',
  'deno.jsonc',
  'pyproject.toml',
  'setup.py',
  'Cargo.toml',
  'go.mod',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'composer.json',
  'Gemfile',
  'mix.exs',
  'pubspec.yaml',
  'Package.swift',
  'CMakeLists.txt',
]);
const endings = ['.csproj', '.fsproj', '.sln', '.gemspec', '.cabal'];

/** Whether a file of this name makes its folder a package. */
export const isManifest = (name: string): boolean =>
  names.has(name) || endings.some((ending) => name.endsWith(ending));
