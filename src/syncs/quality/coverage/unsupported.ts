/** Formats that we know but can't read, so that a person learns why there is no number. */
const unsupportedFormats: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  // A meta-data or counter file of GOCOVERDIR (Go's internal/coverage/defs.go).
  { name: 'binary Go coverage data', pattern: /^\0c[vw]m/ },
  { name: 'coverage.py data', pattern: /^SQLite format 3\0/ },
  // Percentages alone; the lines are in .resultset.json beside it.
  {
    name: "SimpleCov's last run",
    pattern: /^\s*\{\s*"result"\s*:\s*\{\s*"(?:line|covered_percent)"/,
  },
];

/** The name of the format that the first 4 KiB of a file belong to, if we know it but can't read it. */
export const unsupportedFormat = (head: string): string | null =>
  unsupportedFormats.find(({ pattern }) => pattern.test(head))?.name ?? null;
