import { describe, expect, test } from 'vitest';
import { formatDollars } from '../../../../src/syncs/tokens/pricing/money.ts';
import {
  loadPricing,
  priceVersionWith,
  type PriceOptions,
  type PricingKey,
} from '../../../../src/syncs/tokens/pricing/rates.ts';

const options: PriceOptions = { prices: [], modelAliases: {} };
const pricing = await loadPricing(options);

/** Returns the dollars per million tokens of input, output, reading from and writing to the cache. */
function prices(
  vendor: string,
  model: string,
  { ratesOf, ...changes }: Partial<PricingKey> & { readonly ratesOf?: typeof pricing.ratesOf } = {},
): readonly (number | null)[] | null {
  const terms = { isFast: false, isUs: false, isBatch: false, isLong: false };
  const key = { vendor, model, ...terms, day: '2026-11-20', halfHour: 24, ...changes };
  const rates = (ratesOf ?? pricing.ratesOf)(key);
  if (rates === null) return null;
  const { input, output, cacheRead, cacheWrite5m } = rates;
  return [input, output, cacheRead, cacheWrite5m].map((rate) =>
    rate === null ? null : Number(formatDollars(rate * 1_000_000n)),
  );
}

describe('ids in logs', () => {
  test.each([
    ['anthropic', 'claude-sonnet-5', [2, 10, 0.2, 2.5]],
    ['anthropic', 'Claude-Opus-4.5', [5, 25, 0.5, 6.25]],
    ['anthropic', 'claude-opus-4-20250514', [15, 75, 1.5, 18.75]],
    ['anthropic', 'claude-3-5-haiku-latest', [0.8, 4, 0.08, 1]],
    ['anthropic', 'claude-opus-4-8[1m]', [5, 25, 0.5, 6.25]],
    ['', 'claude-haiku-4-5-20251001', [1, 5, 0.1, 1.25]],
    ['amazon-bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', [3.3, 16.5, 0.33, 4.125]],
    ['anthropic', 'eu.anthropic.claude-opus-4-5-20251101-v1:0', [5.5, 27.5, 0.55, 6.875]],
    ['anthropic', 'claude-opus-5-latest', [5, 25, 0.5, 6.25]],
    ['anthropic', 'claude-opus-5-5@20261001[1m]', [4, 20, 0.2, 5]],
    ['vertex', 'claude-opus-5@20260701', [5, 25, 0.5, 6.25]],
    ['', 'us.anthropic.claude-opus-5-20260701-v1:0', [5.5, 27.5, 0.55, 6.875]],
    ['', 'global.anthropic.claude-opus-5-20260701-v1:0', [5, 25, 0.5, 6.25]],
    ['openai', 'gpt-4-1106-preview', [10, 30, null, 10]],
    ['bedrock', 'global.anthropic.claude-opus-5-5', [4, 20, 0.2, 5]],
    ['bedrock', 'apac.anthropic.claude-sonnet-4-20250514-v1:0', [3, 15, 0.3, 3.75]],
    ['bedrock', 'anthropic.claude-opus-4-1-20250805-v1:0', [15, 75, 1.5, 18.75]],
    [
      '',
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8-v1:0',
      [5.5, 27.5, 0.55, 6.875],
    ],
    ['bedrock', 'us.amazon.nova-2-lite-v1:0', [0.33, 2.75, 0.0825, null]],
    ['google-vertex-anthropic', 'claude-sonnet-4@20250514', [3, 15, 0.3, 3.75]],
    ['vertex', 'claude-opus-4-5@20251101', [5, 25, 0.5, 6.25]],
    ['openai', 'gpt-5', [1.25, 10, 0.125, 1.25]],
    ['openai', 'gpt-5-2025-08-07', [1.25, 10, 0.125, 1.25]],
    ['openai', 'gpt-5-mini', [0.25, 2, 0.025, 0.25]],
    ['openai', 'gpt-5.2', [1.75, 14, 0.175, 1.75]],
    ['openai-codex', 'gpt-5.3-codex', [1.75, 14, 0.175, 1.75]],
    ['openai', 'gpt-5.6-sol-2026-08-01', [4, 20, 0.4, 5]],
    ['azure', 'gpt-5.1', [1.25, 10, 0.125, 1.25]],
    ['', 'o3', [2, 8, 0.5, 2]],
    ['google', 'models/gemini-2.5-pro-preview-06-05', [1.25, 10, 0.125, 1.25]],
    ['gemini', 'gemini-3.1-pro-preview-customtools', [2, 12, 0.2, 2]],
    ['google', 'gemini-2.0-flash-001', [0.1, 0.4, 0.025, 0.1]],
    ['', 'gemini-2.5-flash', [0.3, 2.5, 0.03, 0.3]],
    ['openrouter', 'anthropic/claude-sonnet-4.5', [3, 15, 0.3, 3.75]],
    ['openrouter', 'anthropic/claude-opus-5.5:nitro', [4, 20, 0.2, 5]],
    ['openrouter', 'openrouter/z-ai/glm-5.2', [1.4, 4.4, 0.26, null]],
    ['openrouter', 'moonshotai/kimi-k2.6:free', [0, 0, 0, 0]],
    ['', 'anthropic/claude-opus-5', [5, 25, 0.5, 6.25]],
    ['vercel', 'moonshotai/kimi-k2.5', [0.6, 3, 0.1, 0.6]],
    ['moonshotai', 'kimi-k2-0905-preview', [0.6, 2.5, 0.15, 0.6]],
    ['kimi-for-coding', 'kimi-k3', [3, 15, 0.3, 3]],
    ['zai', 'GLM-5.2', [1.4, 4.4, 0.26, 1.4]],
    ['', 'zai-org/GLM-5.3', [1.4, 4.4, 0.26, 1.4]],
    ['anthropic', 'glm-5.3-flash', [0.075, 0.25, 0.015, 0.075]],
    ['bigmodel', 'GLM-4.5-Air', [0.11, 0.276, 0.022, 0.11]],
    ['zhipuai-coding-plan', 'glm-5.1', [0.828, 3.31, 0.179, 0.828]],
    ['', 'zhipuai/glm-5', [0.552, 2.483, 0.138, 0.552]],
    ['zhipuai', 'glm-4.7', [0.276, 1.103, 0.055, 0.276]],
    ['minimax', 'MiniMax-M2', [0.3, 1.2, 0.03, 0.375]],
    ['xai', 'grok-code-fast-1', [0.2, 1.5, 0.02, 0.2]],
    ['x-ai', 'grok-4.5-latest', [2, 6, 0.3, 2]],
    ['mistral', 'devstral-2512', [0.4, 2, 0.04, null]],
    ['', 'magistral-medium-2509', [2, 5, null, null]],
    ['alibaba', 'qwen3-coder-plus', [0.65, 3.25, 0.13, 0.8125]],
    ['deepseek', 'deepseek-chat', [0.27, 1.1, 0.07, 0.27]],
    ['anthropic', 'deepseek-chat', [0.27, 1.1, 0.07, 0.27]],
    ['github-copilot', 'gpt-5-mini', [0.25, 2, 0.025, null]],
  ])('the prices of "%s" "%s" are those of its row', (vendor, model, expected) => {
    expect(prices(vendor, model)).toEqual(expected);
  });

  test.each([
    ['anthropic', 'claude-sonnet-5-5'],
    ['anthropic', 'claude-opus-6'],
    ['anthropic', 'claude-opus-4-6-fast'],
    ['bedrock', 'us.anthropic.claude-sonnet-5-5-v1:0'],
    ['bedrock', 'sa.anthropic.claude-opus-5-v1:0'],
    ['openai', 'gpt-5.9'],
    ['openai', 'gpt-5-nano-ultra'],
    ['google', 'gemini-4-pro'],
    ['', 'kimi-k2.5-thinking'],
    ['zai', 'glm-4.6'],
    ['', 'glm-4.7'],
    ['baseten', 'zai-org/GLM-4.6'],
    ['ollama', 'deepseek-chat'],
    ['ollama', 'qwen3-coder'],
    ['ollama', 'gpt-oss:20b'],
    ['openrouter', 'deepseek/deepseek-v9'],
    ['', ''],
    ['constructor', '__proto__'],
  ])('"%s" "%s" has no price', (vendor, model) => {
    expect(prices(vendor, model)).toBeNull();
  });

  test('a model that the table lists without a price has unknown prices', () => {
    expect(prices('github-copilot', 'gpt-4.1')).toEqual([null, null, null, null]);
  });
});

describe('terms of a call', () => {
  test.each([
    [
      'priority processing of OpenAI',
      'openai',
      'gpt-5.5',
      { isFast: true },
      [12.5, 75, 1.25, 12.5],
    ],
    [
      'priority processing of GPT-5 mini',
      'openai',
      'gpt-5-mini',
      { isFast: true },
      [0.45, 3.6, 0.045, 0.45],
    ],
    ['flex processing of OpenAI', 'openai', 'gpt-5', { isBatch: true }, [0.625, 5, 0.0625, 0.625]],
    [
      'a region of Bedrock',
      'bedrock',
      'us.anthropic.claude-opus-4-8',
      { isUs: true },
      [5.5, 27.5, 0.55, 6.875],
    ],
    [
      'the off-peak hours of DeepSeek',
      'deepseek',
      'deepseek-v4-pro',
      { halfHour: 8 },
      [0.66, 1.98, 0.022, 0.66],
    ],
    [
      'the peak hours of DeepSeek',
      'deepseek',
      'deepseek-v4-pro',
      { halfHour: 7 },
      [1.32, 3.96, 0.044, 1.32],
    ],
    ['a day before a change', 'openai', 'gpt-5.6-sol', { day: '2026-08-20' }, [5, 30, 0.5, 6.25]],
    ['an unknown priority price', 'openai', 'gpt-5.3-codex', { isFast: true }, null],
    [
      'priority processing of a long prompt',
      'openai',
      'gpt-5.5',
      { isFast: true, isLong: true },
      null,
    ],
    ['an unknown batch price', 'google', 'gemini-2.5-pro', { isBatch: true }, null],
    ['fast mode on Bedrock', 'bedrock', 'us.anthropic.claude-opus-4-8', { isFast: true }, null],
  ])('the prices of %s', (_, vendor, model, changes, expected) => {
    expect(prices(vendor, model, changes)).toEqual(expected);
  });

  test('writing to the 1-hour cache costs twice the input for Claude on every platform', () => {
    const key = { isFast: false, isUs: false, isBatch: false, isLong: false, day: '2026-11-20' };
    const ids = [
      ['bedrock', 'us.anthropic.claude-opus-4-8'],
      ['vertex', 'claude-opus-4-8@20260115'],
      ['openrouter', 'anthropic/claude-opus-4.8'],
    ] as const;
    const rates = ids.map(([vendor, model]) =>
      pricing.ratesOf({ ...key, halfHour: 0, vendor, model }),
    );
    expect(rates.map((one) => one?.cacheWrite1h)).toEqual([11_000_000n, 10_000_000n, 10_000_000n]);
  });

  test('only models with peak hours are priced by half hour', () => {
    expect(pricing.bandsOf('deepseek', 'deepseek-v4-pro').hasPeakHours).toBe(true);
    expect(pricing.bandsOf('openai', 'gpt-5').hasPeakHours).toBe(false);
  });
});

describe('model aliases', () => {
  const modelAliases = {
    work: 'claude-opus-5',
    coder: 'openrouter/qwen/qwen3-coder-plus',
    big: 'gpt-9',
  };

  test.each([
    ['a model of any vendor', 'my-proxy', 'work', [5, 25, 0.5, 6.25]],
    ['a model of a vendor', 'ollama', 'coder', [0.65, 3.25, 0.13, 0.8125]],
    ['an unknown model', 'openai', 'big', null],
    ['an inherited property', '', 'toString', null],
  ])('an alias of %s has its price', async (_, vendor, model, expected) => {
    const { ratesOf } = await loadPricing({ ...options, modelAliases });
    expect(prices(vendor, model, { ratesOf })).toEqual(expected);
  });

  test('configured prices take precedence over aliases', async () => {
    const { ratesOf } = await loadPricing({
      prices: [{ model: 'work', input: 1, output: 2 }],
      modelAliases,
    });
    expect(prices('', 'work', { ratesOf })).toEqual([1, 2, null, null]);
  });

  test('aliases are part of the price version', () => {
    expect(priceVersionWith({ prices: [], modelAliases })).toMatch(/, own [0-9a-f]{8}$/);
  });
});
