import type { Usage } from '../../schema/analytics.ts';
import type { TokenCounts, TokenEntry } from '../../schema/tokens.ts';
import { addKnown, toMicros, toMoney, type Micros } from './money.ts';

/** What is summed up; written to for every entry, which is why it may be. */
export interface Sum {
  readonly tokens: { -readonly [Kind in keyof TokenCounts]: number };
  responses: number | null;
  cost: Micros | null;
}

export const newSum = (): Sum => ({
  tokens: { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, webSearches: 0 },
  responses: null,
  cost: null,
});

const kinds = Object.keys(newSum().tokens) as readonly (keyof TokenCounts)[];

/** Adds up to what a number can tell exactly: a log may claim any count, and the sum has to stay one. */
export function addEntry(sum: Sum, { tokens, responses, costUsd }: TokenEntry): void {
  for (const kind of kinds) {
    sum.tokens[kind] = Math.min(sum.tokens[kind] + tokens[kind], Number.MAX_SAFE_INTEGER);
  }
  sum.responses = addKnown(sum.responses, responses);
  sum.cost = addKnown(sum.cost, costUsd === null ? null : toMicros(costUsd));
}

export const toUsage = ({ tokens, responses, cost }: Sum): Usage => ({
  tokens,
  responses,
  costUsd: cost === null ? null : toMoney(cost),
});

/** The sums by some key of the entries, the dearest first, then by key; entries without a key are left out. */
export function sumBy(
  entries: readonly TokenEntry[],
  keyOf: (entry: TokenEntry) => string | null,
): readonly (readonly [key: string, sum: Sum])[] {
  const sums = new Map<string, Sum>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === null) continue;
    let sum = sums.get(key);
    if (sum === undefined) sums.set(key, (sum = newSum()));
    addEntry(sum, entry);
  }
  return [...sums].sort(
    ([oneKey, one], [otherKey, other]) =>
      (other.cost ?? -1) - (one.cost ?? -1) || (oneKey < otherKey ? -1 : 1),
  );
}
