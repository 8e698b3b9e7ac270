import { promptTokens, type Counts } from '../token-counts.ts';
import { pricePerToken, type Picodollars } from './money.ts';

/** The properties of a call that pricing rules depend on. */
export interface PricedCall {
  readonly vendor: string;
  readonly model: string;
  readonly isFast: boolean;
  readonly isUs: boolean;
  readonly isBatch: boolean;
}

/** Pricing rules of a vendor that are missing from the price table. */
interface VendorRules {
  /** A call with a longer prompt, cache included, is charged the higher price as a whole. */
  readonly longPromptTokens: number;
  /** Returns the factor on the prices of all tokens; null if it is unknown. */
  readonly multiplier: (call: PricedCall) => number | null;
  /** Whether the price of `found` applies to `model`: the table matches some models by a prefix. */
  readonly isSameModel: (model: string, found: string) => boolean;
}

// As of 2026-11-23. Versions are `family major.minor`.
// Fast mode multiplies all tokens (platform.claude.com, "Fast mode"); other models have no fast price yet.
const fastMultipliers: Readonly<Record<string, number>> = {
  'opus 4.6': 6,
  'opus 4.7': 6,
  'opus 4.8': 2,
  'opus 5.0': 2,
};
// platform.claude.com, "Pricing": data residency, since the 4.6 models; Message Batches; web search.
const usMultiplier = 1.1;
const usSince = 4.6;
const batchMultiplier = 0.5;
const webSearchDollars = 0.01;

const anthropic: VendorRules = {
  longPromptTokens: 200_000,
  multiplier: ({ model, isFast, isUs, isBatch }) => {
    const version = claudeVersion(model);
    const fast = isFast ? (fastMultipliers[version ?? ''] ?? null) : 1;
    if (fast === null) return null;
    const hasUsPrice = isUs && version !== null && Number(version.split(' ')[1]) >= usSince;
    return fast * (hasUsPrice ? usMultiplier : 1) * (isBatch ? batchMultiplier : 1);
  },
  // The prefix `claude-sonnet-5` also matches `claude-sonnet-5-5`.
  isSameModel: (model, found) => {
    const version = claudeVersion(model);
    return version === null || version === claudeVersion(found);
  },
};

/** For a vendor without rules only the prices of the table apply. */
const noRules: VendorRules = {
  longPromptTokens: Infinity,
  multiplier: ({ isFast, isUs, isBatch }) => (isFast || isUs || isBatch ? null : 1),
  isSameModel: (model, found) => model === found,
};

const rules: Readonly<Partial<Record<string, VendorRules>>> = { anthropic };

export const rulesOf = (vendor: string): VendorRules => rules[vendor] ?? noRules;

export const isLongPrompt = (call: Counts & { readonly vendor: string }): boolean =>
  promptTokens(call) > rulesOf(call.vendor).longPromptTokens;

/** Returns the cost of web searches, which is the same for all models. */
export const searchCost = (searches: number): Picodollars =>
  BigInt(searches) * pricePerToken(webSearchDollars * 1e6);

/** `claude-opus-4-8-20260115` → `opus 4.8`; null for names of another form, such as `claude-3-opus`. */
function claudeVersion(model: string): string | null {
  const match = /^claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(model);
  return match ? `${match[1] ?? ''} ${match[2] ?? ''}.${match[3] ?? '0'}` : null;
}
