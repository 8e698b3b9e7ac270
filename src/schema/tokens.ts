import * as z from 'zod/mini';
import { day, timestamp } from './timestamp.ts';
import { count, money } from './numbers.ts';
import { userOwned } from './field-ownership.ts';

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const pricePerMillion = z.number().check(z.nonnegative(), z.maximum(1_000_000));

/** A price of the user's own, in US dollars per million tokens: for models that the price table does not have. */
const ownPrice = z.strictObject({
  /** As the logs name it; with `-fast` behind it for fast mode. */
  model: z.string().check(z.minLength(1)),
  /** The first UTC day that it holds for; without it, it always has. The latest that holds counts. */
  since: z.optional(day),
  input: pricePerMillion,
  output: pricePerMillion,
  cacheWrite5m: z.optional(pricePerMillion),
  cacheWrite1h: z.optional(pricePerMillion),
  cacheRead: z.optional(pricePerMillion),
});

/** `tokens` in the configuration: which sources are read and how days are cut. */
export const tokensOptions = z.strictObject({
  anthropic: z.prefault(z.strictObject({ enabled: z._default(z.boolean(), true) }), {}),
  openai: z.prefault(z.strictObject({ enabled: z._default(z.boolean(), true) }), {}),
  claudeCode: z.prefault(
    z.strictObject({
      enabled: z._default(z.boolean(), true),
      directories: z._default(z.array(z.string().check(z.minLength(1))), []),
      /** Tell folders as hashes: the files under `data/` may then be shown to others. */
      hashPaths: z._default(z.boolean(), false),
    }),
    {},
  ),
  timeZone: z._default(
    z.string().check(z.refine(isTimeZone, 'is no IANA time zone, such as "Europe/Berlin"')),
    'UTC',
  ),
  budget: z.optional(
    z.strictObject({
      monthly: z.number().check(z.positive()),
      /** All costs are in US dollars: a budget in another currency could not be held against them. */
      currency: z._default(z.enum(['USD']), 'USD'),
    }),
  ),
  prices: z._default(z.array(ownPrice), []),
});

export const tokenCounts = z.object({
  /** Uncached input only. */
  input: count,
  output: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  cacheRead: count,
  webSearches: count,
});

const costBasis = z.enum(['billed', 'calculated', 'reported', 'unknown']);

/** The part of `costUsd` that is for web searches; absent when there is none. */
const searchCostUsd = z.optional(money);

/** What an entry of a bill is made of. */
const costComponent = z.object({
  serviceTier: z.nullable(z.string()),
  contextWindow: z.nullable(z.string()),
  tokens: tokenCounts,
  costUsd: z.nullable(money),
});

export const tokenEntry = z.object({
  date: day,
  source: z.string(),
  /** On a bill also what is no model: `web_search`, `code_execution`, … */
  model: z.string(),
  /** Of the organisation's API; null is the default workspace. */
  workspace: z.optional(z.nullable(z.string())),
  /** Of the local logs: the folder that Claude Code was started in; null when no line tells it. */
  project: z.optional(z.nullable(z.string())),
  tokens: tokenCounts,
  responses: z.nullable(count),
  /** In all, web searches included. */
  costUsd: z.nullable(money),
  searchCostUsd,
  costBasis,
  /** Of which price table a calculated cost is. */
  priceVersion: z.optional(z.string()),
  /** The day was not over when it was read. */
  partial: z.optional(z.boolean()),
  /** Of a bill: by service tier and context window, where it tells more than one, or a name of one. */
  breakdown: z.optional(z.array(costComponent)),
});

export const tokenSource = z.object({
  status: z.enum(['ok', 'skipped', 'error']),
  message: z.nullable(z.string()),
  coveredFrom: z.nullable(day),
  coveredTo: z.nullable(day),
  /** The organisation that a bill is of, where it tells. */
  organization: z.optional(z.string()),
  unpricedModels: z.array(z.string()),
  /** How many lines or files were left out, by kind. */
  warnings: z.record(z.string(), count),
});

const totals = z.object({
  tokens: tokenCounts,
  responses: z.nullable(count),
  /** Of all that has a price, see `unpricedModels`; null when nothing has. */
  costUsd: z.nullable(money),
  searchCostUsd,
});

const projectTotals = z.object({
  /** The agent whose logs this is from. */
  source: z.string(),
  /** Id of the innermost registered project that contains `projectPath`; null if there is none. */
  id: z._default(z.nullable(z.string()), null),
  /**
   * Name of the directory of the logs, for agents that have one per project (Claude Code: below `projects/`),
   * else null. With `hashPaths` a hash, like `projectPath`.
   */
  logDir: z.nullable(z.string()),
  /** The directory that the agent was started in; null if it is unknown. */
  projectPath: z.nullable(z.string()),
  tokens: tokenCounts,
  responses: count,
  /** As in `totals`. */
  costUsd: z.nullable(money),
  searchCostUsd,
});

/** `data/tokens.json` */
export const tokensSnapshot = z.object({
  schemaVersion: z.literal(1),
  updatedAt: timestamp,
  timeZone: z.string(),
  sources: z.record(z.string(), tokenSource),
  /** By source; sources are never added to one another. */
  totals: z.record(z.string(), totals),
  daily: z.array(tokenEntry),
  projects: z.array(projectTotals),
  manual: userOwned(z._default(z.array(z.unknown()), [])),
});

/** One (source, date, model, workspace or project) in the history. */
export const tokensDigest = z.object({
  key: z.string(),
  ...tokenEntry.shape,
});

export const tokensContract = {
  options: tokensOptions,
  snapshot: tokensSnapshot,
  historyEntry: tokensDigest,
} as const;
export type TokenCounts = z.infer<typeof tokenCounts>;
export type TokenEntry = z.infer<typeof tokenEntry>;
export type TokenSource = z.infer<typeof tokenSource>;
export type TokenTotals = z.infer<typeof totals>;
export type ProjectTotals = z.infer<typeof projectTotals>;
export type TokensOptions = z.infer<typeof tokensOptions>;
export type OwnPrice = z.infer<typeof ownPrice>;
export type CostComponent = z.infer<typeof costComponent>;
