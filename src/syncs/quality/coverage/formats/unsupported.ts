interface UnsupportedFormat {
  readonly name: string;
  readonly pattern: RegExp;
  /** The command that converts it to a supported format; null if none exists. */
  readonly command: string | null;
}

/** Formats that are recognized but not parsed, so that a user learns why the percentage is missing. */
const unsupportedFormats = [
  {
    name: 'binary Go coverage data',
    // A metadata or counter file of GOCOVERDIR (Go's internal/coverage/defs.go).
    pattern: /^\0c[vw]m/,
    command: 'go tool covdata textfmt',
  },
  {
    name: 'coverage.py data',
    pattern: /^SQLite format 3\0/,
    command: 'coverage json',
  },
  {
    // It has percentages only; the lines are in .resultset.json.
    name: "SimpleCov's last run",
    pattern: /^\s*\{\s*"result"\s*:\s*\{\s*"(?:line|covered_percent)"/,
    command: null,
  },
] as const satisfies readonly UnsupportedFormat[];

/**
 * Returns the name of a recognized but unsupported format and how to convert it; null if the first 4 KiB of the
 * file match none.
 */
export function describeUnsupported(head: string): string | null {
  const known = unsupportedFormats.find(({ pattern }) => pattern.test(head));
  if (known === undefined) return null;
  const { name, command } = known;
  return `${name}, which is not supported${command === null ? '' : `: run \`${command}\``}`;
}
