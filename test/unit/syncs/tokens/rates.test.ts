import { readFileSync } from 'node:fs';
import { findProvider, type ModelPrice } from '@pydantic/genai-prices';
import { describe, expect, test } from 'vitest';
import { formatDollars, parseDollars } from '../../../../src/syncs/tokens/pricing/money.ts';
import {
  costOf,
  isLongPrompt,
  loadPricing,
  priceVersionWith,
  type PriceOptions,
  type PricingKey,
} from '../../../../src/syncs/tokens/pricing/rates.ts';

const options: PriceOptions = { prices: [], modelAliases: {} };
const { ratesOf: tariffOf, bandsOf } = await loadPricing(options);
const opus5: PricingKey = {
  vendor: 'anthropic',
  model: 'claude-opus-5',
  isFast: false,
  isUs: false,
  isBatch: false,
  isLong: false,
  day: '2026-11-20',
  halfHour: 0,
};
const million = {
  input: 1_000_000,
  output: 1_000_000,
  cacheWrite5m: 1_000_000,
  cacheWrite1h: 1_000_000,
  cacheRead: 1_000_000,
  webSearches: 0,
};

/** Returns the dollars for a million tokens of each kind. */
function price(changes: Partial<PricingKey>, tokens = million): string | null {
  const tariff = tariffOf({ ...opus5, ...changes });
  const cost = tariff && costOf(tokens, tariff);
  return cost === null ? null : formatDollars(cost);
}

describe('rates of the price table', () => {
  test.each([
    ['the price of the table', {}, '46.750000'],
    ['twice the price in fast mode', { isFast: true }, '93.500000'],
    [
      'six times the price in the fast mode of older models',
      { model: 'claude-opus-4-6', isFast: true },
      '280.500000',
    ],
    ['a tenth more when restricted to the United States', { isUs: true }, '51.425000'],
    [
      'the same price in the United States for older models',
      { model: 'claude-opus-4-5', isUs: true },
      '46.750000',
    ],
    ['half the price in a batch', { isBatch: true }, '23.375000'],
    ['the product of all multipliers', { isFast: true, isUs: true, isBatch: true }, '51.425000'],
    ['the cache price of the model', { model: 'claude-opus-5-5' }, '37.200000'],
    [
      'the higher price for a long prompt',
      { model: 'claude-sonnet-4-5', isLong: true },
      '48.600000',
    ],
    ['the lower price for a short prompt', { model: 'claude-sonnet-4-5' }, '28.050000'],
    [
      'the price of its day',
      { model: 'claude-opus-4-6', isLong: true, day: '2026-03-12' },
      '81.000000',
    ],
    [
      'the price of the next day',
      { model: 'claude-opus-4-6', isLong: true, day: '2026-03-13' },
      '46.750000',
    ],
    [
      'the price of the model under a dated name',
      { model: 'claude-opus-4-8-20260115' },
      '46.750000',
    ],
  ])('a call costs %s', (_, changes, expected) => {
    expect(price(changes)).toBe(expected);
  });

  test.each([
    ['an unknown model', { model: 'gpt-9' }],
    ['a newer model whose name starts with a known one', { model: 'claude-sonnet-5-5' }],
    ['the fast mode of a model without a fast price', { model: 'claude-sonnet-5', isFast: true }],
    ['a kind of token without a price', { model: 'claude-2.1' }],
  ])('the cost of a call is unknown for %s', (_, changes) => {
    expect(price(changes)).toBeNull();
  });

  test('a web search costs one cent for every model and mode', () => {
    const searches = { ...million, webSearches: 3 };
    const terms = { isFast: true, isUs: true };
    const without = price(terms) ?? '';
    expect(Number(price(terms, searches)) - Number(without)).toBeCloseTo(0.03, 9);
  });
});

describe('configured prices', () => {
  const model = 'kimi-k9';
  const own = [
    { model, since: '2026-11-01', input: 2, output: 4 },
    { model, input: 1, output: 2, cacheRead: 0.1 },
    { model: `${model}-fast`, input: 10, output: 20 },
    { model: 'claude-opus-5', input: 1, output: 1, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0 },
  ];
  const cost = async (changes: Partial<PricingKey>, tokens: object): Promise<string | null> => {
    const pricing = await loadPricing({ ...options, prices: own });
    const tariff = pricing.ratesOf({ ...opus5, model, ...changes });
    const none = { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0 };
    const dollars = tariff && costOf({ ...none, webSearches: 0, ...tokens }, tariff);
    return dollars === null ? null : formatDollars(dollars);
  };

  test.each([
    ['apply from their day on', {}, { input: 1_000_000 }, '2.000000'],
    ['apply until the next', { day: '2026-10-31' }, { input: 1_000_000 }, '1.000000'],
    ['of fast mode take precedence', { isFast: true }, { output: 500_000 }, '10.000000'],
    ['are halved in a batch', { isBatch: true }, { output: 1_000_000 }, '2.000000'],
    ['take precedence over the table', { model: 'claude-opus-5' }, million, '2.000000'],
    [
      'are multiplied like those of the table',
      { model: 'claude-opus-5', isFast: true },
      million,
      '4.000000',
    ],
    ['leave the cost of other kinds unknown', {}, { cacheRead: 1 }, null],
    ['leave other models to the table', { model: 'claude-opus-4-8' }, million, '46.750000'],
  ])('%s', async (_, changes, tokens, expected) => {
    expect(await cost(changes, tokens)).toBe(expected);
  });

  test('are part of the price version', () => {
    const version = priceVersionWith({ ...options, prices: own });
    expect(version).toMatch(/, own [0-9a-f]{8}$/);
    expect(priceVersionWith({ ...options, prices: own.slice(1) })).not.toBe(version);
  });
});

describe('the price table', () => {
  test('the price version contains the version of the package', () => {
    const file = new URL(
      '../../../../node_modules/@pydantic/genai-prices/package.json',
      import.meta.url,
    );
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
    expect(priceVersionWith(options)).toContain(`genai-prices ${version},`);
  });

  test('has one limit of long prompts per model', () => {
    const lists = ['anthropic', 'openai', 'google', 'aws', 'openrouter', 'x-ai', 'minimax'];
    const models = lists.flatMap((providerId) => findProvider({ providerId })?.models ?? []);
    const startsOf = (prices: ModelPrice): readonly number[] =>
      Object.values(prices).flatMap((value) =>
        typeof value === 'object' ? value.tiers.map(({ start }) => start) : [],
      );
    const limits = models.map(({ prices }) =>
      Array.isArray(prices) ? prices.flatMap((one) => startsOf(one.prices)) : startsOf(prices),
    );
    expect(limits.filter((starts) => starts.length > 0).length).toBeGreaterThan(20);
    for (const starts of limits) expect(new Set(starts).size).toBeLessThanOrEqual(1);
  });
});

describe('long prompts', () => {
  test.each([
    ['anthropic', 'claude-sonnet-4-5', 200_000, '4.500000', '8.250000'],
    ['openai', 'gpt-5.4', 271_999, '4.000000', '7.250000'],
    ['google', 'gemini-2.5-pro', 200_000, '2.250000', '4.000000'],
    ['x-ai', 'grok-4.5', 199_999, '2.600000', '5.200000'],
    ['minimax', 'minimax-m3', 512_000, '0.420000', '0.840000'],
  ])(
    '%s charges all tokens of %s the higher price above %d tokens',
    (vendor, model, limit, ...costs) => {
      const prompt = {
        ...million,
        input: limit - 1,
        output: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        cacheRead: 1,
      };
      const bands = bandsOf(vendor, model);
      expect(isLongPrompt(prompt, bands)).toBe(false);
      expect(isLongPrompt({ ...prompt, cacheRead: 2 }, bands)).toBe(true);
      const tokens = {
        ...million,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        output: 100_000,
        cacheRead: 0,
      };
      expect([false, true].map((isLong) => price({ vendor, model, isLong }, tokens))).toEqual(
        costs,
      );
    },
  );
});

describe('money', () => {
  test.each([
    [0n, '0.000000'],
    [499_999n, '0.000000'],
    [500_000n, '0.000001'],
    [396_979_209_000_000n, '396.979209'],
    [9_007_199_254_740_993_000_000n, '9007199254.740993'],
  ])('%d picodollars are formatted as %s', (cost, text) => {
    expect(formatDollars(cost)).toBe(text);
  });

  test('parseDollars is the inverse of formatDollars', () => {
    expect(parseDollars('396.979209')).toBe(396_979_209_000_000n);
    expect(formatDollars(parseDollars('0.000001'))).toBe('0.000001');
  });

  test('a cost is exact beyond the precision of a number', () => {
    const tariff = tariffOf({ ...opus5, model: 'claude-opus-5-5' });
    const tokens = { ...million, cacheRead: 9_007_199_254_740_991, webSearches: 0 };
    // 9,007,199,254,740,991 at $0.20 per million, and $37 for the rest.
    expect(formatDollars((tariff && costOf(tokens, tariff)) ?? 0n)).toBe('1801439887.948198');
  });
});
