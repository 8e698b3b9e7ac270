import { createHash } from 'node:crypto';
import type { Day } from '../../../schema/timestamp.ts';
import type { TokenCounts } from '../../../schema/tokens.ts';
import type { CustomPrice, TokensOptions } from '../../../schema/tokens-options.ts';
import { getOrInsert } from '../../../util/collections.ts';
import { promptTokens, type Counts } from '../token-counts.ts';
import { pricePerToken, type Picodollars } from './money.ts';
import { isFreeVariant } from './model-ids.ts';
import { loadTable, type FindModel, type PricedModel } from './price-table.ts';
import { cacheWriteMultiples, multiplierOf, searchCost, type CallTerms } from './vendor-rules.ts';

/** The price table: the package and the rules of this directory. */
const tableVersion = 'genai-prices 0.1.8, overlay 2026-11-28.2';

export type PriceOptions = Pick<TokensOptions, 'prices' | 'modelAliases'>;

/** Returns the version of all prices, including the configured ones. It is stored with every cost. */
export function priceVersionWith({ prices, modelAliases }: PriceOptions): string {
  const isPlain = Object.keys(modelAliases).length === 0;
  if (isPlain && prices.length === 0) return tableVersion;
  const own = JSON.stringify(isPlain ? prices : [prices, modelAliases]);
  const hash = createHash('sha256').update(own).digest('hex').slice(0, 8);
  return `${tableVersion}, own ${hash}`;
}

/** Everything that the price of a call depends on. */
export interface PricingKey extends CallTerms {
  /** As the log names it; may be empty. */
  readonly vendor: string;
  readonly model: string;
  /** The UTC day of the call: prices change. */
  readonly day: Day;
  /** The half hour of the day in UTC, from 0 to 47, for models with peak hours; else 0. */
  readonly halfHour: number;
}

/** The price of one token (or search) of each kind; null if it is unknown. */
export type Rates = { readonly [Kind in keyof TokenCounts]: Picodollars | null };

/** What of a key depends on the price table. */
export interface PriceBands {
  readonly longPromptTokens: number;
  readonly hasPeakHours: boolean;
}

export interface Pricing {
  readonly bandsOf: (vendor: string, model: string) => PriceBands;
  /** Returns the rates of a call, or null for a model without a known price: its cost is unknown, never 0. */
  readonly ratesOf: (key: PricingKey) => Rates | null;
}

type Kind = Exclude<keyof TokenCounts, 'webSearches'>;

/** Names of the kinds in the price table. */
const tableKeys: Readonly<Record<Kind, string>> = {
  input: 'input_mtok',
  output: 'output_mtok',
  cacheWrite5m: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  cacheRead: 'cache_read_mtok',
};

const noBands: PriceBands = { longPromptTokens: Infinity, hasPeakHours: false };

/**
 * Loads the price table. Configured prices take precedence over it and are multiplied like its prices; an alias
 * stands for its target in the table.
 */
export async function loadPricing({ prices, modelAliases }: PriceOptions): Promise<Pricing> {
  const findModel = cached(withAliases(await loadTable(), modelAliases));
  return {
    bandsOf: (vendor, model) => findModel(vendor, model) ?? noBands,
    ratesOf: (key) => {
      const model = findModel(key.vendor, key.model);
      const own = ownRatesOf(prices, key, model);
      if (own !== null) return own;
      if (isFreeVariant(key.vendor, key.model)) return toRates(() => 0, 1);
      return model === null ? null : tableRatesOf(model, key);
    },
  };
}

/** Whether a call has the price of long prompts: the whole call, not only the tokens above the limit. */
export const isLongPrompt = (counts: Counts, { longPromptTokens }: PriceBands): boolean =>
  promptTokens(counts) > longPromptTokens;

/** Applies `tokens.modelAliases`. In `vendor/model` the vendor replaces that of the log. */
function withAliases(findModel: FindModel, aliases: PriceOptions['modelAliases']): FindModel {
  return (vendor, model) => {
    const target = Object.hasOwn(aliases, model) ? aliases[model] : undefined;
    if (target === undefined) return findModel(vendor, model);
    const slash = target.indexOf('/');
    return slash === -1
      ? (findModel(vendor, target) ?? findModel('', target))
      : findModel(target.slice(0, slash), target.slice(slash + 1));
  };
}

function cached(findModel: FindModel): FindModel {
  const vendors = new Map<string, Map<string, PricedModel | null>>();
  return (vendor, model) => {
    const models = getOrInsert(vendors, vendor, () => new Map<string, PricedModel | null>());
    return getOrInsert(models, model, () => findModel(vendor, model));
  };
}

function tableRatesOf(model: PricedModel, key: PricingKey): Rates | null {
  const multiplier = multiplierOf(model, key);
  if (multiplier === null) return null;
  const at = new Date(Date.parse(`${key.day}T00:00:00Z`) + key.halfHour * 30 * 60_000);
  const prices = model.pricesAt(at);
  const multiples = cacheWriteMultiples(model);
  const priceOf = (kind: Kind): number | undefined => {
    const price = prices[tableKeys[kind]];
    if (price === undefined) {
      const multiple = kind === 'cacheWrite5m' || kind === 'cacheWrite1h' ? multiples[kind] : null;
      const input = multiple ? priceOf('input') : undefined;
      return multiple && input !== undefined ? input * multiple : undefined;
    }
    if (typeof price === 'number') return price;
    return (key.isLong ? price.tiers.at(-1)?.price : undefined) ?? price.base;
  };
  return toRates(priceOf, multiplier);
}

/** A configured price has the multipliers of the model of the table, or those of a list without rules. */
function ownRatesOf(
  own: readonly CustomPrice[],
  key: PricingKey,
  model: PricedModel | null,
): Rates | null {
  const latest = (name: string): CustomPrice | undefined =>
    own
      .filter((price) => price.model === name && (price.since ?? '') <= key.day)
      .toSorted((a, b) => ((a.since ?? '') < (b.since ?? '') ? -1 : 1))
      .at(-1);
  const fast = key.isFast ? latest(`${key.model}-fast`) : undefined;
  const prices = fast ?? latest(key.model);
  if (prices === undefined) return null;
  const terms = fast === undefined ? key : { ...key, isFast: false };
  const multiplier = multiplierOf(model ?? { list: key.vendor, canonicalId: key.model }, terms);
  return multiplier === null ? null : toRates((kind) => prices[kind], multiplier);
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
