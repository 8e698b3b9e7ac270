/** How many of a kind were run. */
export interface Hits {
  readonly covered: number;
  readonly total: number;
}

/** What a percentage counts. */
export type Metric = 'line' | 'statement' | 'instruction' | 'sequencePoint';

/** What a line is in `FileCoverage.lines`. */
export const lineState = { none: 0, missed: 1, hit: 2 } as const;

/** One source file in a report. */
export interface FileCoverage extends Hits {
  /** As the report writes it: absolute or relative, with `/` or `\`. */
  readonly path: string;
  /** A `lineState` by line number; null where the report has only counts. */
  readonly lines: Uint8Array | null;
}

/** What a coverage report says. `covered` and `total` are its tool's own numbers. */
export interface Report extends Hits {
  readonly metric: Metric;
  readonly branches: Hits | null;
  readonly functions: Hits | null;
  /** When the report was made, in milliseconds since 1970; null when it doesn't say. */
  readonly reportTime: number | null;
  /** Folders that relative paths in the report start from, as the report writes them. */
  readonly sourceRoots: readonly string[];
  /** null where the report has only totals. */
  readonly files: readonly FileCoverage[] | null;
}

/** One coverage format: how to know it, and how to read it. */
export interface CoverageFormat {
  readonly name: string;
  /** Its files have line data, so that several reports can be united. */
  readonly hasLines: boolean;
  /** How its tools print a percentage with two decimals. */
  readonly rounding: 'nearest' | 'down';
  /** Whether the first 4 KiB of a file are the beginning of this format. */
  readonly recognizes: (head: string) => boolean;
  /**
   * Reads a report as it streams by; a chunk is valid only until the next one is asked for.
   * Throws `ReportError` for a report that is broken.
   */
  readonly parse: (chunks: AsyncIterable<Buffer>, readSource?: ReadSource) => Promise<Report>;
}

/** The text of a source file that a report names; null where the project has none that can be read. */
export type ReadSource = (path: string) => Promise<string | null>;

/** Counts that exist: nothing to count is not known, and not 0 %. */
export const hitsOrNull = (hits: Hits): Hits | null => (hits.total > 0 ? hits : null);
