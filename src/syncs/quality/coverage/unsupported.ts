/** Formats that we know but can't read yet, so that a person learns why there is no number. */
const unsupportedFormats: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'Clover', pattern: /<coverage\s[^<>]*\bgenerated\s*=/ },
  { name: 'JaCoCo', pattern: /<report\s[^<>]*\bname\s*=/ },
  { name: 'OpenCover', pattern: /<CoverageSession\b/ },
  { name: 'Go cover profile', pattern: /^mode: (?:set|count|atomic)\s/ },
  { name: 'coverage.py data', pattern: /^SQLite format 3\0/ },
  { name: 'coverage.py JSON', pattern: /^\{\s*"meta"\s*:\s*\{[^{}]*"branch_coverage"/ },
  { name: 'SimpleCov', pattern: /"simplecov_version"|^\s*\{\s*"result"\s*:\s*\{\s*"line"/ },
  { name: 'llvm-cov', pattern: /"llvm\.coverage\.json\.export"/ },
];

/** The name of the format that the first 4 KiB of a file belong to, if we know it but can't read it. */
export const unsupportedFormat = (head: string): string | null =>
  unsupportedFormats.find(({ pattern }) => pattern.test(head))?.name ?? null;
