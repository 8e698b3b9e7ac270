import * as z from 'zod/mini';
import { day } from '../../../../schema/timestamp.ts';
import { count } from '../../../../schema/numbers.ts';
import { tokenCounts } from '../../../../schema/tokens.ts';
import { addCounts, addTokens } from '../../token-counts.ts';

/** The usage of one model on one day in one project. */
export const dayUsage = z.object({
  date: day,
  model: z.string(),
  /** Null if it is unknown, or if the agent has no directories of projects. */
  logDir: z.nullable(z.string()),
  project: z.nullable(z.string()),
  tokens: tokenCounts,
  responses: count,
  /** Picodollars, exact; null if some of the usage has no price. */
  cost: z.nullable(z.bigint()),
  /** Null if the cost is the one that the agent reported. */
  priceVersion: z.nullable(z.string()),
});
export type DayUsage = z.infer<typeof dayUsage>;

/** Adds two usages of one model on one day. If either cost is unknown, so is the sum. */
export const addUsage = (a: DayUsage, b: DayUsage): DayUsage => ({
  ...a,
  logDir: a.logDir === b.logDir ? a.logDir : null,
  tokens: addTokens(a.tokens, b.tokens),
  responses: addCounts(a.responses, b.responses),
  cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
  priceVersion: a.priceVersion ?? b.priceVersion,
});

/** Sums usage by the identity of an entry of `daily`: date, model and project. */
export function sumByEntry(usage: Iterable<DayUsage>): ReadonlyMap<string, DayUsage> {
  const entries = new Map<string, DayUsage>();
  for (const one of usage) {
    const key = JSON.stringify([one.date, one.model, one.project]);
    const known = entries.get(key);
    entries.set(key, known === undefined ? one : addUsage(known, one));
  }
  return entries;
}
