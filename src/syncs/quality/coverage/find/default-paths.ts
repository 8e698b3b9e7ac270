/** The raw data of nyc. It is used only if a package has no report. */
export const rawDataDir = '.nyc_output';

/** Where a tool writes reports by default, relative to the package directory. */
export interface DefaultDir {
  /** `*` is any part of a name, and `**` at the end any directory below, up to four levels. */
  readonly path: string;
  /** Only files with the name of a report are read, because the directory has many others. */
  readonly hasOtherFiles?: true;
  readonly tools: string;
}

export const defaultDirs = [
  { path: 'coverage/**', tools: 'Istanbul, Jest, Vitest, Karma, Nx, SimpleCov, Dart, coverlet' },
  { path: 'coverage-report/**', tools: 'scripts' },
  { path: 'coverage-reports/**', tools: 'monocart-coverage-reports' },
  { path: '.coverage/**', tools: 'scripts' },
  { path: 'cover', tools: 'Elixir, excoveralls' },
  { path: 'cover_db', tools: 'Devel::Cover' },
  { path: 'htmlcov', tools: 'coverage.py' },
  { path: 'reports/**', tools: 'Jenkins' },
  { path: 'test-results/**', tools: 'scripts' },
  { path: 'tests/_output', tools: 'Codeception' },
  { path: 'TestResults/**', tools: 'coverlet, VSTest, Microsoft.Testing.Platform' },
  { path: 'bin/*/*/TestResults/**', tools: 'Microsoft.Testing.Platform' },
  { path: 'build', hasOtherFiles: true, tools: 'CMake' },
  { path: 'cmake-build-*', hasOtherFiles: true, tools: 'CMake' },
  { path: 'build*/meson-logs', tools: 'Meson' },
  { path: 'build/coverage/**', tools: 'PHPUnit, CMake' },
  { path: 'build/logs', tools: 'PHPUnit' },
  { path: 'build/reports', hasOtherFiles: true, tools: 'Gradle' },
  { path: 'build/reports/jacoco/**', tools: 'Gradle' },
  { path: 'build/reports/kover/**', tools: 'Kover' },
  { path: 'build/reports/coverage/**', tools: 'Android Gradle plugin' },
  { path: 'target', hasOtherFiles: true, tools: 'Maven, Cargo' },
  { path: 'target/site/jacoco*', tools: 'JaCoCo (Maven)' },
  { path: 'target/site/cobertura', tools: 'Cobertura (Maven)' },
  { path: 'target/coverage/**', tools: 'grcov' },
  { path: 'target/llvm-cov/**', tools: 'cargo-llvm-cov' },
  { path: 'target/tarpaulin', tools: 'cargo-tarpaulin' },
  { path: 'target/scala-*/coverage-report', tools: 'sbt-scoverage' },
  { path: 'target/scala-*/scoverage-report', tools: 'sbt-scoverage' },
  { path: '.build/*/codecov', tools: 'SwiftPM' },
  { path: '.build/*/*/codecov', tools: 'SwiftPM' },
  { path: 'bazel-out/_coverage', tools: 'Bazel' },
  { path: rawDataDir, tools: 'nyc' },
] as const satisfies readonly DefaultDir[];

/** Names of reports in a package directory; other names there are not read. */
export const reportNames = new RegExp(
  [
    String.raw`^\.coverage$`,
    String.raw`^covmeta\.[0-9a-f]+$`,
    String.raw`^covprofile$`,
    String.raw`\.(?:info|lcov|gcov|gcov\.json\.gz|coveragexml|coverage|exec|profraw|profdata|xcresult)$`,
    String.raw`\.(?:cov|profile)$`,
    String.raw`^(?:profile|cp|cover.*)\.out$`,
    String.raw`^(?:.*[._-])?(?:c|cov|cover|coverage|coverprofile|cobertura|clover|openclover|opencover|dotcover|` +
      String.raw`jacoco|kover|scoverage|tarpaulin-report|coveralls|excoveralls|codecov|lcov|luacov|xccov)` +
      String.raw`(?:[._-].*)?\.(?:xml|json|out|txt|csv|cov|dat|profile)$`,
  ].join('|'),
  'is',
);

/** Names of reports in the default directories. */
export const reportExtensions =
  /(?:\.(?:xml|json|info|lcov|out|txt|csv|dat|cov|gcov|gcov\.json\.gz|coveragexml|coverage|exec|profraw|profdata|profile|xcresult)|^covmeta\.[0-9a-f]+)$/i;
