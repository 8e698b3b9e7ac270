import type { ReportSignature } from '../report/report-signature.ts';

interface UnsupportedFormat {
  readonly name: string;
  readonly recognizes: (signature: ReportSignature) => boolean;
  /** The command that converts it to a supported format; null if none exists. */
  readonly command: string | null;
}

const startsWith =
  (start: string | RegExp) =>
  ({ text }: ReportSignature): boolean =>
    typeof start === 'string' ? text.startsWith(start) : start.test(text);

/** Formats that are recognized but not parsed, to report why the percentage is missing. */
export const unsupportedFormats = [
  {
    name: 'binary Go coverage data',
    // A metadata or counter file of GOCOVERDIR (Go's internal/coverage/defs.go).
    recognizes: startsWith(/^\0c[vw]m/),
    command: 'go tool covdata textfmt -i DIR -o coverage.out',
  },
  {
    name: 'coverage.py data',
    recognizes: startsWith('SQLite format 3\0'),
    command: 'coverage json',
  },
  {
    // It has percentages only; the lines are in .resultset.json.
    name: "SimpleCov's last run",
    recognizes: startsWith(/^\s*\{\s*"result"\s*:\s*\{\s*"(?:line|covered_percent)"/),
    command: null,
  },
  {
    name: 'raw V8 coverage',
    recognizes: ({ keys }) => keys.has('1.result') && keys.has('3.scriptId'),
    command: 'c8 report --reporter=lcov',
  },
  {
    name: 'bisect_ppx coverage data',
    recognizes: startsWith('BISECT-COVERAGE'),
    command: 'bisect-ppx-report cobertura coverage.xml',
  },
  {
    // Its execution data start with a block of the type 1 and this number (ExecutionDataWriter.java).
    name: 'JaCoCo execution data',
    recognizes: startsWith('\x01\xc0\xc0'),
    command: 'jacococli.jar report --xml jacoco.xml',
  },
  {
    // The number at the start in both byte orders (llvm/ProfileData/InstrProf.h).
    name: 'a raw LLVM profile',
    recognizes: startsWith(/^(?:\x81(?:rforpl|Rforpl)\xff|\xff(?:lprofr|lprofR)\x81)/),
    command: 'llvm-profdata merge, then llvm-cov export -format=lcov',
  },
  {
    name: 'an indexed LLVM profile',
    recognizes: startsWith('\xfflprofi\x81'),
    command: 'llvm-cov export -format=lcov',
  },
  {
    name: 'a BullseyeCoverage report, which counts functions and conditions but no lines',
    recognizes: ({ root }) => root === 'BullseyeCoverage',
    command: null,
  },
  {
    name: 'a report of mutation tests, which counts no lines',
    recognizes: ({ root }) => root === 'mutations',
    command: null,
  },
  {
    name: 'a web page instead of a report',
    recognizes: ({ root, text }) =>
      root?.toLowerCase() === 'html' || /^\s*<!doctype html/i.test(text),
    command: null,
  },
] as const satisfies readonly UnsupportedFormat[];

/** Whether a file has a known format that is not parsed. */
export const isUnsupported = (signature: ReportSignature): boolean =>
  unsupportedFormats.some(({ recognizes }) => recognizes(signature));

/** Names that only reports have: a file with such a name is reported if its format is unknown. */
const certainName =
  /(?:^|\/)[^/]*(?:coverage|cobertura|clover|jacoco|lcov)[^/]*\.(?:xml|info|lcov|out|coverage(?:xml)?)$|(?:^|\/)coverage(?:-final|-summary)?\.json$/i;

/**
 * Returns why a file is not read, and the command that converts it to a supported format. Returns null if the file
 * need not be a coverage report.
 */
export function describeUnsupported(path: string, signature: ReportSignature): string | null {
  if (signature.text === '' && signature.isComplete) return 'is empty';
  const known: UnsupportedFormat | undefined = unsupportedFormats.find(({ recognizes }) =>
    recognizes(signature),
  );
  if (known !== undefined) {
    const hint = known.command === null ? '' : `: run \`${known.command}\``;
    return `is ${known.name}, which is not supported${hint}`;
  }
  if (/\.coverage$/i.test(path)) {
    return 'is binary .NET coverage, which is not supported: run `dotnet-coverage merge -f cobertura`';
  }
  return certainName.test(path) ? 'has no known format of a coverage report' : null;
}
