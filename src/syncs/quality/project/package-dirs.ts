/** Files that make a folder a package, in the languages whose tools write reports beside them. */
const manifests: ReadonlySet<string> = new Set([
  ...['package.json', 'deno.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini'],
  ...['Cargo.toml', 'go.mod', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'composer.json'],
  ...['Gemfile', 'mix.exs', 'pubspec.yaml', 'CMakeLists.txt', 'Makefile', 'Package.swift'],
  ...['build.sbt', 'Project.toml', 'Build.PL', 'Makefile.PL'],
]);
const manifestExtensions = /\.(?:csproj|fsproj|vbproj|gemspec)$/;

/** Folders with code of others, or with examples of reports: what lies there says nothing of the project. */
const foreignFolders: ReadonlySet<string> = new Set([
  ...['node_modules', 'bower_components', 'vendor', 'vendored', 'third_party', 'venv', '.venv'],
  ...['site-packages', 'fixture', 'fixtures', '__fixtures__', 'testdata', 'test-data', '.git'],
]);

/** Whether a folder of this name is never searched for reports. */
export const isForeignFolder = (name: string): boolean => foreignFolders.has(name);

/**
 * The package folders of a project, relative to it: those of the manifests among its files, and `''`
 * for the project itself, first.
 */
export function packageFolders(paths: Iterable<string>): readonly string[] {
  const folders = new Set(['']);
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (slash < 0 || (!manifests.has(name) && !manifestExtensions.test(name))) continue;
    const folder = path.slice(0, slash);
    if (!folders.has(folder) && !folder.split('/').some(isForeignFolder)) folders.add(folder);
  }
  return [...folders].sort();
}
