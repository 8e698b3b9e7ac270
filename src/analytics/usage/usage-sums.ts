import { getOrInsert } from '../../util/collections.ts';
import type { Usage } from '../../schema/usage-analytics.ts';
import type { TokenCounts, TokenEntry } from '../../schema/tokens.ts';
import { addKnown, toMicros, toMoney, type Micros } from './money.ts';

/** A running sum, mutated for every entry. */
export interface Sum {
  readonly tokens: { -readonly [Kind in keyof TokenCounts]: number };
  /** Whether `tokens` contains those of an entry. */
  hasTokens: boolean;
  /** Sources of entries whose tokens are unknown. */
  readonly withoutTokens: Set<string>;
  responses: number | null;
  cost: Micros | null;
  /** Undefined without usage that a subscription covers. */
  listPrice: Micros | null | undefined;
}

export const newSum = (): Sum => ({
  tokens: { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, webSearches: 0 },
  hasTokens: false,
  withoutTokens: new Set(),
  responses: null,
  cost: null,
  listPrice: undefined,
});

const kinds = Object.keys(newSum().tokens) as readonly (keyof TokenCounts)[];

/** Adds an entry. Counts are clamped to safe integers: a log may contain any number. */
export function addEntry(sum: Sum, entry: TokenEntry): void {
  const { source, tokens, responses, costUsd, listPriceUsd } = entry;
  if (tokens === null) {
    sum.withoutTokens.add(source);
  } else {
    sum.hasTokens = true;
    for (const kind of kinds) {
      sum.tokens[kind] = Math.min(sum.tokens[kind] + tokens[kind], Number.MAX_SAFE_INTEGER);
    }
  }
  sum.responses = addKnown(sum.responses, responses);
  sum.cost = addKnown(sum.cost, toMicros(costUsd));
  if (listPriceUsd === undefined) return;
  sum.listPrice = addKnown(sum.listPrice ?? null, toMicros(listPriceUsd));
}

export const toUsage = ({ responses, cost, listPrice, ...sum }: Sum): Usage => ({
  tokens: sum.withoutTokens.size > 0 && !sum.hasTokens ? null : sum.tokens,
  ...(sum.withoutTokens.size > 0 ? { withoutTokens: [...sum.withoutTokens].sort() } : {}),
  responses,
  costUsd: toMoney(cost),
  ...toListPrice(listPrice),
});

export const toListPrice = (listPrice: Sum['listPrice']): Pick<Usage, 'listPriceUsd'> =>
  listPrice === undefined ? {} : { listPriceUsd: toMoney(listPrice) };

/** Returns the models of entries without a price, in alphabetical order. */
export const unpricedModelsOf = (entries: readonly TokenEntry[]): string[] =>
  [
    ...new Set(
      entries.filter(({ costBasis }) => costBasis === 'unknown').map(({ model }) => model),
    ),
  ].sort();

/** Returns sums by key, the most expensive first, then by key. Entries without a key are omitted. */
export function sumBy(
  entries: readonly TokenEntry[],
  keyOf: (entry: TokenEntry) => string | null,
): readonly (readonly [key: string, sum: Sum])[] {
  const sums = new Map<string, Sum>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === null) continue;
    addEntry(getOrInsert(sums, key, newSum), entry);
  }
  return [...sums].sort(
    ([oneKey, one], [otherKey, other]) =>
      (other.cost ?? -1) - (one.cost ?? -1) ||
      (other.listPrice ?? -1) - (one.listPrice ?? -1) ||
      (oneKey < otherKey ? -1 : 1),
  );
}
