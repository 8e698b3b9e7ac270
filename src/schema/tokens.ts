import * as z from 'zod/mini';
import { outcomeWord } from './outcomes.ts';
import { day, timestamp } from './timestamp.ts';
import { count, microUsd, money } from './numbers.ts';
import { userOwned } from './field-ownership.ts';
import { tokensOptions } from './tokens-options.ts';

export const tokenCounts = z.object({
  /** Uncached input only. */
  input: count,
  /** Output, with reasoning. */
  output: count,
  /** Input written to the 5-minute cache, and to a cache of unknown lifetime. */
  cacheWrite5m: count,
  /** Input written to the 1-hour cache. */
  cacheWrite1h: count,
  /** Input read from the cache. */
  cacheRead: count,
  /** Web searches, which are not tokens. */
  webSearches: count,
});

/** Null for an agent whose logs contain costs and no token counts. */
const tokensOrUnknown = z.nullable(tokenCounts);

const costBasis = z.enum(['billed', 'calculated', 'reported', 'unknown']);

/** The share of web searches in `costUsd`; absent without web searches. */
const searchCostUsd = z.optional(money);

/**
 * The list price of usage that a subscription covers (`flatRate`). It was not spent and is not part of `costUsd`, which
 * is 0 for such usage. Null if it is unknown; absent without such usage.
 */
export const listPriceUsd = z.optional(z.nullable(money));

/** A part of an entry of a bill. */
const costComponent = z.object({
  /** Null if the bill names none. */
  serviceTier: z.nullable(z.string()),
  /** Null if the bill names none. */
  contextWindow: z.nullable(z.string()),
  /** By kind. */
  tokens: tokenCounts,
  costUsd: z.nullable(money),
  costMicroUsd: microUsd,
});

/** The growth of one session in an entry of an agent that keeps only a running total per session. */
const sessionGrowth = z.object({
  /** The id of the session in its log. */
  id: z.string(),
  /** When the session was last used, according to its log; else the start of the run that read the total. */
  lastActivityAt: timestamp,
  /** The provider of the model as the log names it, in lower case; empty if the log does not name it. */
  vendor: z.string(),
  /** By how much the total grew. */
  tokens: tokensOrUnknown,
  /** By how much the cost grew that the agent reports; null if it reports none. */
  costUsd: z.nullable(money),
  costMicroUsd: microUsd,
  /** Whether the first total of the session is included, which may contain usage of earlier days. */
  isFirst: z.optional(z.boolean()),
});

/** Tokens and costs, of an entry or a sum. */
const totals = z.object({
  /** By kind; null if the logs contain only costs. */
  tokens: tokensOrUnknown,
  /** Responses of the models; null if unknown. */
  responses: z.nullable(count),
  /** Cost, including web searches, of the models with a price, see `unpricedModels`; null if none has one. */
  costUsd: z.nullable(money),
  costMicroUsd: microUsd,
  searchCostUsd,
  searchCostMicroUsd: microUsd,
  listPriceUsd,
  listPriceMicroUsd: microUsd,
});

export const tokenEntry = z.object({
  /** In UTC for bills, else in `timeZone`. */
  date: day,
  /** The bill or the agent. */
  source: z.string(),
  /** For bills also other items: `web_search`, `code_execution`, … */
  model: z.string(),
  /** Workspace of the API of the organisation; null for the default workspace. */
  workspace: z.optional(z.nullable(z.string())),
  /** For local logs: the directory that the agent was started in; null if it is unknown. */
  project: z.optional(z.nullable(z.string())),
  /** For local logs: id of the innermost registered project that contains `project`; null without one. */
  id: z.optional(z.nullable(z.string())),
  ...totals.shape,
  /** How `costUsd`, or `listPriceUsd` if present, was determined. */
  costBasis,
  /** Version of the price table of a calculated cost. */
  priceVersion: z.optional(z.string()),
  /** Whether the day was not over when it was read. */
  partial: z.optional(z.boolean()),
  /** For bills: by service tier and context window, if there are several or a named one. */
  breakdown: z.optional(z.array(costComponent)),
  /**
   * For agents that keep only a running total per session: the sessions of the entry. The sum of the growth of a
   * session over all entries is the total that was last seen.
   */
  sessions: z.optional(z.array(sessionGrowth)),
});

export const tokenSource = z.object({
  /** How reading it ended; after an error, the data of earlier runs remain. */
  status: outcomeWord(z.enum(['success', 'skipped', 'error'])),
  /** Why it was skipped or failed, as text; null after a success. */
  message: z.nullable(z.string()),
  /** The first day whose usage is known; null without any. */
  coveredFrom: z.nullable(day),
  /** The last day whose usage is known; null without any. */
  coveredTo: z.nullable(day),
  /** For bills with a schedule of their own: the start of the run that read it last. */
  readAt: z.optional(timestamp),
  /** The organisation of a bill, if the API returns it. */
  organization: z.optional(z.string()),
  /** Used models without a known price. */
  unpricedModels: z.array(z.string()),
  /** Numbers of skipped lines or files by kind. */
  warnings: z.record(z.string(), count),
});

const projectTotals = z.object({
  /** The agent whose logs this is from. */
  source: z.string(),
  /** Id of the innermost registered project that contains `projectPath`; null without one. */
  id: z._default(z.nullable(z.string()), null),
  /**
   * Name of the directory of the logs, for agents that have one per project (Claude Code: below `projects/`),
   * else null. With `hashPaths` a hash, like `projectPath`.
   */
  logDir: z.nullable(z.string()),
  /** The directory that the agent was started in; null if it is unknown. */
  projectPath: z.nullable(z.string()),
  ...totals.shape,
});

/** `data/tokens.json` */
export const tokensSnapshot = z.object({
  schemaVersion: z.literal(1),
  updatedAt: timestamp,
  /** Time zone of the days of local logs, `Europe/Berlin`. Days of bills are in UTC. */
  timeZone: z.string(),
  /** By name: what was read of each. */
  sources: z.record(z.string(), tokenSource),
  /** By source; sources are never added to one another. */
  totals: z.record(z.string(), totals),
  /** One entry per day, source, model, and workspace or project. */
  daily: z.array(tokenEntry),
  /** One entry per agent and directory. */
  projects: z.array(projectTotals),
  /** Set by the user; not interpreted. */
  manual: userOwned(z._default(z.array(z.unknown()), [])),
});

/** A combination of source, date, model, workspace or project in the history. */
export const tokensHistoryEntry = z.object({
  /** These fields as text. */
  key: z.string(),
  ...tokenEntry.shape,
});

export const tokensSchemas = {
  options: tokensOptions,
  snapshot: tokensSnapshot,
  historyEntry: tokensHistoryEntry,
} as const;
export type TokenCounts = z.infer<typeof tokenCounts>;
export type SessionGrowth = z.infer<typeof sessionGrowth>;
export type TokenEntry = z.infer<typeof tokenEntry>;
export type TokenSource = z.infer<typeof tokenSource>;
export type TokenTotals = z.infer<typeof totals>;
export type ProjectTotals = z.infer<typeof projectTotals>;
export type CostComponent = z.infer<typeof costComponent>;
