/** Files that make a directory a package, in the languages whose tools write reports beside them. */
const manifests: ReadonlySet<string> = new Set(
  (
    'package.json deno.json pyproject.toml setup.py setup.cfg tox.ini Cargo.toml go.mod pom.xml ' +
    'build.gradle build.gradle.kts composer.json Gemfile mix.exs pubspec.yaml CMakeLists.txt Makefile ' +
    'Package.swift build.sbt Project.toml Build.PL Makefile.PL'
  ).split(' '),
);
const manifestExtensions = /\.(?:csproj|fsproj|vbproj|gemspec)$/;

/** Directories with third-party code or test data: reports in them are not about the project. */
const foreignDirs: ReadonlySet<string> = new Set(
  (
    'node_modules bower_components vendor vendored third_party venv .venv site-packages ' +
    'fixture fixtures __fixtures__ testdata test-data .git'
  ).split(' '),
);

/** Whether a directory of this name is never searched for reports. */
export const isForeignDir = (name: string): boolean => foreignDirs.has(name);

/** Returns the package directories of a project, sorted: `''` for its root, and those of the manifests in it. */
export function listPackageDirs(paths: Iterable<string>): readonly string[] {
  const dirs = new Set(['']);
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (slash < 0 || (!manifests.has(name) && !manifestExtensions.test(name))) continue;
    const dir = path.slice(0, slash);
    if (!dirs.has(dir) && !dir.split('/').some(isForeignDir)) dirs.add(dir);
  }
  return [...dirs].sort();
}

/** Returns the innermost package directory that contains a path. */
export function nearestPackage(packages: readonly string[], path: string): string {
  let nearest = '';
  for (const dir of packages) {
    if (path.startsWith(`${dir}/`) && dir.length > nearest.length) nearest = dir;
  }
  return nearest;
}
