import type { ReportSignature } from '../report/report-signature.ts';

/** How many of a kind were run. */
export interface Hits {
  readonly covered: number;
  readonly total: number;
}

/** The unit that a report counts. */
export type Metric = 'line' | 'statement' | 'instruction' | 'sequencePoint';

/** The values of `FileCoverage.lines`. */
export const lineState = { none: 0, missed: 1, hit: 2 } as const;

/** One source file in a report. */
export interface FileCoverage extends Hits {
  /** As written in the report: absolute or relative, with `/` or `\`. */
  readonly path: string;
  /** A `lineState` for each line number; null if the report has only counts. */
  readonly lines: Uint8Array | null;
  /** Statements by the position of their block, of formats that several reports can be merged in. */
  readonly blocks?: Blocks;
}

/** By the position of a block: twice its number of statements, plus one if it ran. */
export type Blocks = ReadonlyMap<string, number>;

/** The content of a coverage report. `covered` and `total` are the numbers that its tool prints. */
export interface Report extends Hits {
  readonly metric: Metric;
  readonly branches: Hits | null;
  readonly functions: Hits | null;
  /** When the report was made, in milliseconds since 1970; null if the report has no date. */
  readonly reportTime: number | null;
  /** Directories that relative paths start from, as written in the report. */
  readonly sourceRoots: readonly string[];
  /** null if the report has only totals. */
  readonly files: readonly FileCoverage[] | null;
}

/** How reports of one format are recognized and parsed. */
export interface CoverageFormat {
  readonly name: string;
  /** The tools that write it. */
  readonly tools: string;
  /** How its tools round a percentage to two decimals; absent: to the nearest. */
  readonly rounding?: 'down';
  /** Whether a file is a report of this format. May be called before the file is read to its end. */
  readonly recognizes: (signature: ReportSignature) => boolean;
  /**
   * Parses a report from a stream. A chunk is valid only until the next one is requested.
   * Throws `ReportError` if the report is malformed.
   */
  readonly parse: (chunks: AsyncIterable<Buffer>, readSource?: ReadSource) => Promise<Report>;
}

/** Returns the text of a source file that a report names; null if the project has no readable one. */
export type ReadSource = (path: string) => Promise<string | null>;

/** The values that most formats have. */
export const reportDefaults = {
  metric: 'line',
  branches: null,
  functions: null,
  reportTime: null,
  sourceRoots: [],
} as const satisfies Partial<Report>;
