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

export interface RowLinks {
  readonly next: number;
  readonly log: number;
  readonly names: { indexOf(name: string): number };
}

/** Writes a record, without its key and extra usages, to the row that starts at `start`. */
export function writeRow(
  numbers: Float64Array,
  start: number,
  { timeMs, rank, project, usage }: UsageRecord,
  { next, log, names }: RowLinks,
): void {
  let at = start;
  numbers[at++] = next;
  numbers[at++] = log;
  numbers[at++] = timeMs;
  numbers[at++] = project === null ? -1 : names.indexOf(project);
  numbers[at++] = names.indexOf(usage.vendor);
  numbers[at++] = names.indexOf(usage.model);
  numbers[at++] =
    (usage.isFast ? flags.fast : 0) +
    (usage.isUs ? flags.us : 0) +
    (usage.isBatch ? flags.batch : 0) +
    rank * rankFactor;
  numbers[at++] = usage.input;
  numbers[at++] = usage.output;
  numbers[at++] = usage.cacheWrite5m;
  numbers[at++] = usage.cacheWrite1h;
  numbers[at++] = usage.cacheRead;
  numbers[at++] = usage.webSearches;
  numbers[at] = usage.reportedCostUsd ?? -1;
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
