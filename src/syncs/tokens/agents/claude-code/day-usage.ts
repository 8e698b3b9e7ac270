import * as z from 'zod/mini';
import { day } from '../../../../schema/timestamp.ts';
import { count } from '../../../../schema/numbers.ts';
import { tokenCounts, type TokenCounts } from '../../../../schema/tokens.ts';

/** What one model used on one day in one project. */
export const dayUsage = z.object({
  date: day,
  model: z.string(),
  /** Folder below `projects/`; null where it can't be told any more. */
  folder: z.nullable(z.string()),
  project: z.nullable(z.string()),
  tokens: tokenCounts,
  responses: count,
  /** Picodollars, exact; null when something has no price. */
  cost: z.nullable(z.bigint()),
  priceVersion: z.nullable(z.string()),
});
export type DayUsage = z.infer<typeof dayUsage>;

export const noTokens: TokenCounts = {
  input: 0,
  output: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  webSearches: 0,
};

/** The sum, which stays within what a number can tell exactly whatever a log claims. */
export const addCounts = (one: number, other: number): number =>
  Math.min(one + other, Number.MAX_SAFE_INTEGER);

export const addTokens = (one: TokenCounts, other: TokenCounts): TokenCounts => ({
  input: addCounts(one.input, other.input),
  output: addCounts(one.output, other.output),
  cacheWrite5m: addCounts(one.cacheWrite5m, other.cacheWrite5m),
  cacheWrite1h: addCounts(one.cacheWrite1h, other.cacheWrite1h),
  cacheRead: addCounts(one.cacheRead, other.cacheRead),
  webSearches: addCounts(one.webSearches, other.webSearches),
});

/** Two usages of one model on one day as one; a cost that is unknown makes the sum unknown. */
export const addUsage = (one: DayUsage, other: DayUsage): DayUsage => ({
  ...one,
  folder: one.folder === other.folder ? one.folder : null,
  tokens: addTokens(one.tokens, other.tokens),
  responses: addCounts(one.responses, other.responses),
  cost: one.cost === null || other.cost === null ? null : one.cost + other.cost,
});

/** All tokens; searches are none. */
export const tokenSum = ({ tokens }: DayUsage): number =>
  tokens.input + tokens.output + tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheRead;

/** Usage by what tells the entries of `daily` apart: date, model and project. */
export function byEntry(usage: Iterable<DayUsage>): ReadonlyMap<string, DayUsage> {
  const entries = new Map<string, DayUsage>();
  for (const one of usage) {
    const key = JSON.stringify([one.date, one.model, one.project]);
    const known = entries.get(key);
    entries.set(key, known === undefined ? one : addUsage(known, one));
  }
  return entries;
}
