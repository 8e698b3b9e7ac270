import { createHash } from 'node:crypto';
import type { Day } from '../../schema/timestamp.ts';
import type { OwnPrice, TokenCounts } from '../../schema/tokens.ts';
import { priceOfOne, type Picodollars } from './money.ts';

/** The table that prices are from: the package, and the overlay below. */
const tableVersion = 'genai-prices 0.1.8, overlay 2026-11-23';

/** What prices are from, the user's own included. Stored beside every cost. */
export function priceVersionWith(own: readonly OwnPrice[]): string {
  if (own.length === 0) return tableVersion;
  const hash = createHash('sha256').update(JSON.stringify(own)).digest('hex').slice(0, 8);
  return `${tableVersion}, own ${hash}`;
}

/** What makes calls of one model cost the same. */
export interface CallTerms {
  readonly model: string;
  readonly isFast: boolean;
  /** Inference was bound to the United States. */
  readonly isUs: boolean;
  readonly isBatch: boolean;
  /** The prompt, cache included, was longer than `longPromptTokens`. */
  readonly isLong: boolean;
  /** The UTC day: prices change. */
  readonly day: Day;
}

/** The price of one token (or search) of each kind; null where the table has none. */
export type Tariff = { readonly [Kind in keyof TokenCounts]: Picodollars | null };

/** Tells the tariff of a call; null for a model without a known price: its cost is unknown, never 0. */
export type TariffOf = (terms: CallTerms) => Tariff | null;

/** The only size that prices of Anthropic step at. The whole call is then at the higher price. */
export const longPromptTokens = 200_000;

// The overlay, as of 2026-11-23: what the table does not have. Versions are `family major.minor`.
// Fast mode multiplies all tokens (platform.claude.com, "Fast mode"); other models have no fast price yet.
const fastMultipliers: Readonly<Record<string, number>> = {
  'opus 4.6': 6,
  'opus 4.7': 6,
  'opus 4.8': 2,
  'opus 5.0': 2,
};
// platform.claude.com, "Pricing": data residency, from the 4.6 models on; Message Batches; web search.
const usMultiplier = 1.1;
const usSince = 4.6;
const batchMultiplier = 0.5;
const webSearchDollars = 0.01;

/** What web searches cost: the same for all models. */
export const searchCost = (searches: number): Picodollars =>
  BigInt(searches) * priceOfOne(webSearchDollars * 1e6);

/**
 * Loads the price table: 50 ms, so only when something is to be priced. The user's own prices go first;
 * they are multiplied like those of the table.
 */
export async function loadPrices(own: readonly OwnPrice[]): Promise<TariffOf> {
  const { calcPrice } = await import('@pydantic/genai-prices');
  const table = remember((model: string, day: Day) => {
    const timestamp = new Date(`${day}T00:00:00Z`);
    const found = calcPrice({}, model, { providerId: 'anthropic', timestamp });
    return found && !isOtherVersion(model, found.model.id) ? found.model_price : null;
  });

  return (terms) => {
    const ownTariff = tariffOfOwn(own, terms);
    if (ownTariff !== null) return ownTariff;
    const prices = table(terms.model, terms.day);
    const multiplier = multiplierOf(terms);
    if (prices === null || multiplier === null) return null;
    const price = (key: string): Picodollars | null => {
      const value = prices[key];
      if (value === undefined) return null;
      const dollars = typeof value === 'number' ? value : tierOf(value, terms.isLong);
      return priceOfOne(dollars * multiplier);
    };
    return {
      input: price('input_mtok'),
      output: price('output_mtok'),
      cacheWrite5m: price('cache_write_mtok'),
      cacheWrite1h: price('cache_write_1h_mtok'),
      cacheRead: price('cache_read_mtok'),
      webSearches: searchCost(1),
    };
  };
}

function tariffOfOwn(own: readonly OwnPrice[], terms: CallTerms): Tariff | null {
  const priceOf = (model: string): OwnPrice | undefined =>
    own
      .filter((one) => one.model === model && (one.since ?? '') <= terms.day)
      .toSorted((one, other) => ((one.since ?? '') < (other.since ?? '') ? -1 : 1))
      .at(-1);
  const ofFast = terms.isFast ? priceOf(`${terms.model}-fast`) : undefined;
  const prices = ofFast ?? priceOf(terms.model);
  const multiplier = multiplierOf(ofFast === undefined ? terms : { ...terms, isFast: false });
  if (prices === undefined || multiplier === null) return null;
  const price = (dollars: number | undefined): Picodollars | null =>
    dollars === undefined ? null : priceOfOne(dollars * multiplier);
  return {
    input: price(prices.input),
    output: price(prices.output),
    cacheWrite5m: price(prices.cacheWrite5m),
    cacheWrite1h: price(prices.cacheWrite1h),
    cacheRead: price(prices.cacheRead),
    webSearches: searchCost(1),
  };
}

function remember<Answer>(
  ask: (model: string, day: Day) => Answer,
): (model: string, day: Day) => Answer {
  const answers = new Map<string, Answer>();
  return (model, day) => {
    const key = `${day} ${model}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(model, day);
    answers.set(key, answer);
    return answer;
  };
}

/** Exact; null when something was used that has no price. */
export function costOf(tokens: TokenCounts, tariff: Tariff): Picodollars | null {
  let cost = 0n;
  for (const kind of Object.keys(tariff) as (keyof TokenCounts)[]) {
    if (tokens[kind] === 0) continue;
    const price = tariff[kind];
    if (price === null) return null;
    cost += BigInt(tokens[kind]) * price;
  }
  return cost;
}

function multiplierOf({ model, isFast, isUs, isBatch }: CallTerms): number | null {
  const version = versionOf(model);
  const fast = isFast ? (fastMultipliers[version ?? ''] ?? null) : 1;
  if (fast === null) return null;
  const hasUsPrice = isUs && version !== null && Number(version.split(' ')[1]) >= usSince;
  return fast * (hasUsPrice ? usMultiplier : 1) * (isBatch ? batchMultiplier : 1);
}

const tierOf = (
  price: { readonly base: number; readonly tiers: readonly { readonly price: number }[] },
  isLong: boolean,
): number => (isLong ? price.tiers.at(-1)?.price : undefined) ?? price.base;

/** The table matches some models by the start of their name, but `claude-sonnet-5-5` is no `claude-sonnet-5`. */
function isOtherVersion(model: string, matched: string): boolean {
  const version = versionOf(model);
  return version !== null && version !== versionOf(matched);
}

/** `claude-opus-4-8-20260115` → `opus 4.8`; null for names of another form, such as `claude-3-opus`. */
function versionOf(model: string): string | null {
  const match = /^claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(model);
  return match ? `${match[1] ?? ''} ${match[2] ?? ''}.${match[3] ?? '0'}` : null;
}
