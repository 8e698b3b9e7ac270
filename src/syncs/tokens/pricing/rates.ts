import { createHash } from 'node:crypto';
import type { Day } from '../../../schema/timestamp.ts';
import type { CustomPrice, TokenCounts } from '../../../schema/tokens.ts';
import type { Counts } from '../token-counts.ts';
import { pricePerToken, type Picodollars } from './money.ts';
import { rulesOf, searchCost, type PricedCall } from './vendor-rules.ts';

/** The price table: the package and the rules of vendors. */
const tableVersion = 'genai-prices 0.1.8, overlay 2026-11-23';

/** Returns the version of all prices, including the configured ones. It is stored with every cost. */
export function priceVersionWith(own: readonly CustomPrice[]): string {
  if (own.length === 0) return tableVersion;
  const hash = createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 8);
  return `${tableVersion}, own ${hash}`;
}

/** Everything that the price of a call depends on. */
export interface PricingKey extends PricedCall {
  /** Whether the prompt is longer than `longPromptTokens` of the vendor. */
  readonly isLong: boolean;
  /** The UTC day of the call: prices change. */
  readonly day: Day;
}

/** The price of one token (or search) of each kind; null if it is unknown. */
export type Rates = { readonly [Kind in keyof TokenCounts]: Picodollars | null };

/** Returns the rates of a call, or null for a model without a known price: its cost is unknown, never 0. */
export type RatesOf = (key: PricingKey) => Rates | null;

type Kind = Exclude<keyof TokenCounts, 'webSearches'>;

/** Names of the kinds in the price table. */
const tableKeys: Readonly<Record<Kind, string>> = {
  input: 'input_mtok',
  output: 'output_mtok',
  cacheWrite5m: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  cacheRead: 'cache_read_mtok',
};

/**
 * Loads the price table, which takes 50 ms. Configured prices take precedence; they are multiplied like those
 * of the table.
 */
export async function loadRates(own: readonly CustomPrice[]): Promise<RatesOf> {
  const { calcPrice } = await import('@pydantic/genai-prices');
  const prices = memoize((vendor: string, model: string, day: Day) => {
    const timestamp = new Date(`${day}T00:00:00Z`);
    const found = calcPrice({}, model, { providerId: vendor, timestamp });
    return found && rulesOf(vendor).isSameModel(model, found.model.id) ? found.model_price : null;
  });

  return (key) => {
    const ownRates = ownRatesOf(own, key);
    if (ownRates !== null) return ownRates;
    const table = prices(key.vendor, key.model, key.day);
    const multiplier = rulesOf(key.vendor).multiplier(key);
    if (table === null || multiplier === null) return null;
    return toRates((kind) => {
      const value = table[tableKeys[kind]];
      return typeof value === 'object' ? tierPrice(value, key.isLong) : value;
    }, multiplier);
  };
}

function ownRatesOf(own: readonly CustomPrice[], key: PricingKey): Rates | null {
  const latest = (model: string): CustomPrice | undefined =>
    own
      .filter((price) => price.model === model && (price.since ?? '') <= key.day)
      .toSorted((a, b) => ((a.since ?? '') < (b.since ?? '') ? -1 : 1))
      .at(-1);
  const fast = key.isFast ? latest(`${key.model}-fast`) : undefined;
  const prices = fast ?? latest(key.model);
  const call = fast === undefined ? key : { ...key, isFast: false };
  const multiplier = rulesOf(key.vendor).multiplier(call);
  if (prices === undefined || multiplier === null) return null;
  return toRates((kind) => prices[kind], multiplier);
}

function toRates(dollarsOf: (kind: Kind) => number | undefined, multiplier: number): Rates {
  const price = (kind: Kind): Picodollars | null => {
    const dollars = dollarsOf(kind);
    return dollars === undefined ? null : pricePerToken(dollars * multiplier);
  };
  return {
    input: price('input'),
    output: price('output'),
    cacheWrite5m: price('cacheWrite5m'),
    cacheWrite1h: price('cacheWrite1h'),
    cacheRead: price('cacheRead'),
    webSearches: searchCost(1),
  };
}

const tierPrice = (
  price: { readonly base: number; readonly tiers: readonly { readonly price: number }[] },
  isLong: boolean,
): number => (isLong ? price.tiers.at(-1)?.price : undefined) ?? price.base;

/** Returns the exact cost, or null if something was used that has no price. */
export function costOf(tokens: Counts, rates: Rates): Picodollars | null {
  let cost = 0n;
  for (const kind of Object.keys(rates) as (keyof Rates)[]) {
    if (tokens[kind] === 0) continue;
    const price = rates[kind];
    if (price === null) return null;
    cost += BigInt(tokens[kind]) * price;
  }
  return cost;
}

function memoize<Result>(
  compute: (vendor: string, model: string, day: Day) => Result,
): (vendor: string, model: string, day: Day) => Result {
  const results = new Map<string, Result>();
  return (vendor, model, day) => {
    const key = JSON.stringify([vendor, model, day]);
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute(vendor, model, day);
    results.set(key, result);
    return result;
  };
}
