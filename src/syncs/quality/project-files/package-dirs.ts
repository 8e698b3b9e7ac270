/** Files that make a directory a package, in the languages whose tools write reports beside them. */
const manifests: ReadonlySet<string> = new Set(
  (
    'package.json deno.json pyproject.toml setup.py setup.cfg tox.ini Cargo.toml go.mod pom.xml ' +
    'build.gradle build.gradle.kts composer.json Gemfile mix.exs pubspec.yaml CMakeLists.txt Makefile ' +
    'Package.swift build.sbt Project.toml Build.PL Makefile.PL meson.build BUILD.bazel MODULE.bazel ' +
    'project.json sfdx-project.json dune-project DESCRIPTION'
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

const exampleDirs: ReadonlySet<string> = new Set(
  'example examples sample samples test_data'.split(' '),
);

/** Whether a directory of this name has third-party code or test data. */
export const isForeignDir = (name: string): boolean => foreignDirs.has(name);

/** Whether a path is below a directory of examples: reports in it are not about the project. */
export const isExample = (path: string): boolean =>
  path.split('/').some((name) => exampleDirs.has(name));

/**
 * Returns the package directories of a project, sorted: `''` for its root, those of the manifests in it, and those with
 * a `src/main`, because Gradle may configure a subproject from the root.
 */
export function listPackageDirs(paths: Iterable<string>): readonly string[] {
  const dirs = new Set(['']);
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    if (slash < 0) continue;
    const name = path.slice(slash + 1);
    const isManifest = manifests.has(name) || manifestExtensions.test(name);
    const end = isManifest ? slash : path.indexOf('/src/main/');
    const dir = path.slice(0, Math.max(0, end));
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
