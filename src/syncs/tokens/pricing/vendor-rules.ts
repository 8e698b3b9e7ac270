import type { PricedModel } from './price-table.ts';
import { pricePerToken, type Picodollars } from './money.ts';

/** The properties of a call that its price depends on, besides its model and time. */
export interface CallTerms {
  readonly isFast: boolean;
  readonly isUs: boolean;
  readonly isBatch: boolean;
  /** Whether the prompt is longer than `longPromptTokens` of the model. */
  readonly isLong: boolean;
}

/** The rules of a list that are missing from the price table. */
interface ListRules {
  /** Returns the factor on the prices of all tokens; null if it is unknown. */
  readonly multiplier: (model: string, terms: CallTerms) => number | null;
}

// As of 2026-11-28. Models are named as by `canonicalId`.

/** platform.claude.com, "Fast mode": multiplies all tokens; other models have no fast price yet. */
const claudeFast: Readonly<Record<string, number>> = {
  'claude-opus-4.6': 6,
  'claude-opus-4.7': 6,
  'claude-opus-4.8': 2,
  'claude-opus-5.0': 2,
};
/** platform.claude.com, "Pricing": data residency, since the 4.6 models. */
const usMultiplier = 1.1;
const usSince = 4.6;

/**
 * openai.com/api-priority-processing, as quotients of its prices and the standard ones, which are the same for input,
 * cached input and output; GPT-5.6: developers.openai.com, "Speed". It excludes long prompts.
 */
const openaiPriority: Readonly<Record<string, number>> = {
  'gpt-4.1': 1.75,
  'gpt-5': 2,
  'gpt-5-mini': 1.8,
  'gpt-5.1': 2,
  'gpt-5.2': 2,
  'gpt-5.4': 2,
  'gpt-5.4-mini': 2,
  'gpt-5.5': 2.5,
  'gpt-5.6-luna': 2,
  'gpt-5.6-sol': 2,
  'gpt-5.6-terra': 2,
};

/**
 * Message Batches of Anthropic; the Batch API of OpenAI and its flex processing, which has the same price
 * (platform.openai.com, "Flex processing").
 */
const batchMultiplier = 0.5;

const rules: Readonly<Partial<Record<string, ListRules>>> = {
  anthropic: {
    multiplier: (model, { isFast, isUs, isBatch }) => {
      const fast = isFast ? claudeFast[model] : 1;
      if (fast === undefined) return null;
      const version = Number(/\d+\.\d+/.exec(model)?.[0]);
      const residency = isUs && version >= usSince ? usMultiplier : 1;
      return fast * residency * (isBatch ? batchMultiplier : 1);
    },
  },
  openai: {
    multiplier: (model, { isFast, isUs, isBatch, isLong }) => {
      const fast = isFast ? openaiPriority[model] : 1;
      if (fast === undefined || isUs || (isFast && (isBatch || isLong))) return null;
      return fast * (isBatch ? batchMultiplier : 1);
    },
  },
  // The prices of a region have rows of their own.
  aws: { multiplier: (_, { isFast, isBatch }) => (isFast || isBatch ? null : 1) },
};

/** Returns the factor on the prices of all tokens of a call; null if it is unknown. */
export function multiplierOf(
  { list, canonicalId }: Pick<PricedModel, 'list' | 'canonicalId'>,
  terms: CallTerms,
): number | null {
  const { isFast, isUs, isBatch } = terms;
  // For a list without rules only the prices of the table apply.
  return rules[list]
    ? rules[list].multiplier(canonicalId, terms)
    : isFast || isUs || isBatch
      ? null
      : 1;
}

/**
 * Lists of vendors with automatic caches: where a row has no price of writing to the cache, the written tokens have
 * the price of input (platform.openai.com, "Prompt caching"; ai.google.dev, "Context caching"; api-docs.deepseek.com,
 * "Context Caching"; docs.x.ai, "Prompt caching"; platform.kimi.ai, "Pricing"; docs.z.ai, "Context Caching"). What
 * Google charges for storing an explicit cache is not in any log.
 */
const automaticCaches = ['openai', 'google', 'deepseek', 'x-ai', 'moonshotai', 'zai', 'zhipuai'];

/** Returns the prices of writing to the cache where the table has none, as multiples of the price of input. */
export function cacheWriteMultiples({ list, canonicalId }: PricedModel): {
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
} {
  // platform.claude.com, "Prompt caching": the same on every platform.
  if (canonicalId.includes('claude-')) return { cacheWrite1h: 2 };
  return automaticCaches.includes(list) ? { cacheWrite5m: 1, cacheWrite1h: 1 } : {};
}

const webSearchDollars = 0.01;

/** Returns the cost of web searches, which is the same for all models. */
export const searchCost = (searches: number): Picodollars =>
  BigInt(searches) * pricePerToken(webSearchDollars * 1e6);
