import type { Usage, UsageRecord } from '../agent.ts';

/** A record as numbers, which take a fifth of the memory of an object. Strings are indexes of `names`. */
export const column = {
  /** The next row with the same key, from another log, or -1. */
  next: 0,
  log: 1,
  timeMs: 2,
  project: 3,
  vendor: 4,
  model: 5,
  flags: 6,
  input: 7,
  output: 8,
  cacheWrite5m: 9,
  cacheWrite1h: 10,
  cacheRead: 11,
  webSearches: 12,
  reportedCostUsd: 13,
} as const;
export const rowWidth = 14;

const flags = { fast: 1, us: 2, batch: 4 } as const;
const rankFactor = 8;

export interface Names {
  readonly values: readonly string[];
  indexOf(name: string): number;
}

/**
 * Writes a record, without its key, log and extra usages, to the row that starts at 0. The row should be the one of the
 * previous record, because most records have the same names.
 */
export function writeRow(
  numbers: Float64Array,
  { timeMs, rank, project, usage }: UsageRecord,
  names: Names,
): void {
  const indexOf = (name: string, which: number): number => {
    const previous = numbers[which] ?? -1;
    return names.values[previous] === name ? previous : names.indexOf(name);
  };
  numbers[column.timeMs] = timeMs;
  numbers[column.project] = project === null ? -1 : indexOf(project, column.project);
  numbers[column.vendor] = indexOf(usage.vendor, column.vendor);
  numbers[column.model] = indexOf(usage.model, column.model);
  numbers[column.flags] =
    (usage.isFast ? flags.fast : 0) +
    (usage.isUs ? flags.us : 0) +
    (usage.isBatch ? flags.batch : 0) +
    rank * rankFactor;
  numbers[column.input] = usage.input;
  numbers[column.output] = usage.output;
  numbers[column.cacheWrite5m] = usage.cacheWrite5m;
  numbers[column.cacheWrite1h] = usage.cacheWrite1h;
  numbers[column.cacheRead] = usage.cacheRead;
  numbers[column.webSearches] = usage.webSearches;
  numbers[column.reportedCostUsd] = usage.reportedCostUsd ?? -1;
}

/** Copies a row. `set` would need a view of it, which takes ten times as long. */
export function copyRow(
  from: Float64Array,
  fromStart: number,
  to: Float64Array,
  toStart: number,
): void {
  for (let at = 0; at < rowWidth; at += 1) to[toStart + at] = from[fromStart + at] ?? NaN;
}

export function readRow(
  numbers: Float64Array,
  start: number,
  names: readonly string[],
): Omit<UsageRecord, 'key' | 'extraUsages'> {
  const get = (which: number): number => numbers[start + which] ?? NaN;
  const flagBits = get(column.flags);
  const reportedCostUsd = get(column.reportedCostUsd);
  return {
    timeMs: get(column.timeMs),
    rank: Math.floor(flagBits / rankFactor),
    project: names[get(column.project)] ?? null,
    usage: {
      vendor: names[get(column.vendor)] ?? '',
      model: names[get(column.model)] ?? '',
      isFast: (flagBits & flags.fast) !== 0,
      isUs: (flagBits & flags.us) !== 0,
      isBatch: (flagBits & flags.batch) !== 0,
      reportedCostUsd: reportedCostUsd === -1 ? null : reportedCostUsd,
      input: get(column.input),
      output: get(column.output),
      cacheWrite5m: get(column.cacheWrite5m),
      cacheWrite1h: get(column.cacheWrite1h),
      cacheRead: get(column.cacheRead),
      webSearches: get(column.webSearches),
    },
  };
}

/** The values that decide between two records with the same key; see `forEachResponse`. */
export interface Precedence {
  readonly rank: number;
  readonly tokens: number;
  /** -1 if it is unknown. */
  readonly reportedCostUsd: number;
  readonly timeMs: number;
}

export function readPrecedence(numbers: Float64Array, start: number): Precedence {
  const get = (which: number): number => numbers[start + which] ?? NaN;
  return {
    rank: Math.floor(get(column.flags) / rankFactor),
    tokens:
      get(column.input) +
      get(column.output) +
      get(column.cacheWrite5m) +
      get(column.cacheWrite1h) +
      get(column.cacheRead),
    reportedCostUsd: get(column.reportedCostUsd),
    timeMs: get(column.timeMs),
  };
}

/** Returns a positive number if `a` takes precedence over `b`, a negative one if `b` does, else 0. */
export const comparePrecedence = (a: Precedence, b: Precedence): number =>
  a.rank - b.rank ||
  a.tokens - b.tokens ||
  a.reportedCostUsd - b.reportedCostUsd ||
  b.timeMs - a.timeMs;

export const noUsages: readonly Usage[] = [];
