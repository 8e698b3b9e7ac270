import type { Day } from '../../../../schema/timestamp.ts';
import { addCounts, addTokens, noTokens, type Counts } from '../../token-counts.ts';
import { isCount, toFields } from '../fields.ts';

/** The usage of one model on one day in one project. */
export interface DayUsage {
  readonly date: Day;
  readonly model: string;
  /** Null if it is unknown, or if the agent has no directories of projects. */
  readonly logDir: string | null;
  readonly project: string | null;
  readonly tokens: Counts;
  readonly responses: number;
  /** Picodollars, exact; null if some of the usage has no price. */
  readonly cost: bigint | null;
  /** Null if the cost is the one that the agent reported. */
  readonly priceVersion: string | null;
}

/** Whether a value from the cache is a `DayUsage`. Checked by hand: zod takes ten times as long. */
export function isDayUsage(value: unknown): value is DayUsage {
  const usage = toFields(value);
  const tokens = toFields(usage?.['tokens']);
  if (usage === null || tokens === null) return false;
  const { date, model, logDir, project, responses, cost, priceVersion } = usage;
  return (
    typeof date === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(date) &&
    typeof model === 'string' &&
    [logDir, project, priceVersion].every((text) => text === null || typeof text === 'string') &&
    (cost === null || typeof cost === 'bigint') &&
    isCount(responses) &&
    Object.keys(noTokens).every((kind) => isCount(tokens[kind]))
  );
}

/** Adds two usages of one model on one day. If either cost is unknown, so is the sum. */
export const addUsage = (a: DayUsage, b: DayUsage): DayUsage => ({
  ...a,
  logDir: a.logDir === b.logDir ? a.logDir : null,
  tokens: addTokens(a.tokens, b.tokens),
  responses: addCounts(a.responses, b.responses),
  cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
  priceVersion: a.priceVersion ?? b.priceVersion,
});

/** The identity of an entry of `daily`. */
export const entryKey = ({ date, model, project }: DayUsage): string =>
  JSON.stringify([date, model, project]);

/** Sums usage by the identity of an entry of `daily`. */
export function sumByEntry(usage: Iterable<DayUsage>): ReadonlyMap<string, DayUsage> {
  const entries = new Map<string, DayUsage>();
  for (const one of usage) {
    const key = entryKey(one);
    const known = entries.get(key);
    entries.set(key, known === undefined ? one : addUsage(known, one));
  }
  return entries;
}
