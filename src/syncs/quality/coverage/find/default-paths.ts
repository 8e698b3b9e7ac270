export interface DefaultDir {
  /** Relative to the package directory. */
  readonly path: string;
  /** Which of its subdirectories are searched too. */
  readonly children: 'none' | 'all' | 'newest';
}

/** The raw data of nyc. It is used only if a package has no report. */
export const rawDataDir = '.nyc_output';

/** Where tools write reports by default. */
export const defaultDirs = [
  { path: 'coverage', children: 'all' }, // Karma: a directory for each browser or project
  { path: 'cover', children: 'none' },
  { path: 'cover_db', children: 'none' },
  { path: 'htmlcov', children: 'none' },
  { path: 'reports', children: 'none' },
  { path: 'build/logs', children: 'none' },
  { path: 'build/reports/jacoco', children: 'all' },
  { path: 'target/site/jacoco', children: 'none' },
  { path: 'target/site/jacoco-aggregate', children: 'none' },
  { path: 'TestResults', children: 'newest' }, // coverlet: a directory for each run
  { path: rawDataDir, children: 'none' },
] as const satisfies readonly DefaultDir[];

/** Names of reports in a package directory; other names there are not read. */
export const reportNames =
  /^(?:\.coverage|covmeta\.[0-9a-f]+|.*\.info|.*\.lcov|(?:.*[._-])?(?:c|cover|coverage|cobertura|clover|jacoco|tarpaulin-report|coveralls|lcov)(?:[._-].*)?\.(?:xml|json|out|txt))$/is;

/** Names of reports in the default directories. */
export const reportExtensions = /(?:\.(?:xml|json|info|lcov|out|txt)|^covmeta\.[0-9a-f]+)$/i;
