interface UnsupportedFormat {
  readonly name: string;
  readonly pattern: RegExp;
  /** What makes a report of it that we read. */
  readonly remedy?: string;
}

/** Formats that we know but can't read, so that a person learns why there is no number. */
const unsupportedFormats: readonly UnsupportedFormat[] = [
  {
    name: 'binary Go coverage data',
    // A meta-data or counter file of GOCOVERDIR (Go's internal/coverage/defs.go).
    pattern: /^\0c[vw]m/,
    remedy: 'go tool covdata textfmt',
  },
  { name: 'coverage.py data', pattern: /^SQLite format 3\0/, remedy: 'coverage json' },
  // Percentages alone; the lines are in .resultset.json beside it.
  {
    name: "SimpleCov's last run",
    pattern: /^\s*\{\s*"result"\s*:\s*\{\s*"(?:line|covered_percent)"/,
  },
];

/** What the first 4 KiB of a file are, and what mends it, if we know its format but can't read it. */
export function unsupportedFormat(head: string): string | null {
  const known = unsupportedFormats.find(({ pattern }) => pattern.test(head));
  if (known === undefined) return null;
  const { name, remedy } = known;
  return `${name}, which is not supported${remedy === undefined ? '' : `: run \`${remedy}\``}`;
}
