import * as z from 'zod/mini';
import { budgetScopes } from './budgets.ts';
import { count, microUsd, money } from './numbers.ts';
import { day } from './timestamp.ts';
import { listPriceUsd, tokenCounts } from './tokens.ts';

const usage = z.object({
  /** Null if the tokens of every source are unknown. */
  tokens: z.nullable(tokenCounts),
  /** Sources whose logs contain costs and no token counts: they are not part of `tokens`. Absent without any. */
  withoutTokens: z.optional(z.array(z.string())),
  /** Responses of the models; null if unknown. */
  responses: z.nullable(count),
  /** Cost of the models with a price, see `unpricedModels`; null if none has one. */
  costUsd: z.nullable(money),
  costMicroUsd: microUsd,
  listPriceUsd,
  listPriceMicroUsd: microUsd,
});

const usageWindow = z.object({
  /** Length in days, including the current day. */
  days: z.literal([7, 30, 90]),
  /** The first day. */
  from: day,
  /** The last day. */
  to: day,
  /** How many of the days the source does not cover: their usage is unknown, and in no sum. */
  uncoveredDays: count,
  ...usage.shape,
  /** Used models without a price, which the cost does not include. */
  unpricedModels: z.array(z.string()),
  /** Burn rate: the mean cost of past days that the source covers; null without such a day. */
  averageDailyUsd: z.nullable(money),
  averageDailyMicroUsd: microUsd,
  /** Most expensive first, like the projects. */
  models: z.array(
    z.object({
      /** As in `tokens.json`. */
      model: z.string(),
      ...usage.shape,
    }),
  ),
  /** By start directory; `id` is the project that contains it, null without one. */
  projects: z.array(
    z.object({
      /** The `id` in `projects.json`; null for a directory outside every project. */
      id: z.nullable(z.string()),
      /** The directory in which the agent was started. */
      path: z.string(),
      ...usage.shape,
    }),
  ),
});

/** The current month of one source, compared with the whole budget. */
const usageMonth = z.object({
  /** How many days up to today the source does not cover: their usage is unknown, and in no sum. */
  uncoveredDays: count,
  costUsd: z.nullable(money),
  costMicroUsd: microUsd,
  /** Models without a price, which are in no sum. */
  unpricedModels: z._default(z.array(z.string()), []),
  listPriceUsd,
  listPriceMicroUsd: microUsd,
  /**
   * At the end of the month, with the burn rate of the last 30 days; null if too few days are known, or if a day
   * between the last covered one and today is unknown.
   */
  forecastUsd: z.nullable(money),
  forecastMicroUsd: microUsd,
  /** Percent of the budget, which may exceed 100; null without a budget or a cost. */
  budgetUsed: z.nullable(z.number()),
  /** The same of `forecastUsd`. */
  budgetForecast: z.nullable(z.number()),
  /** The day on which the budget is used up, possibly by forecast; null if not in this month. */
  budgetReachedOn: z.nullable(day),
});

const costDay = z.object({
  /** The day, in UTC for a bill. */
  date: day,
  /** Whether the source has the usage of this day. If not, it is unknown; if so, no usage means no cost. */
  covered: z._default(z.boolean(), true),
  /** Null if the day is not covered, or if none of its models has a price. */
  costUsd: z.nullable(money),
  costMicroUsd: microUsd,
  /** Cost by model, most expensive first, without models that have no price. */
  models: z.array(
    z.object({
      /** As in `tokens.json`. */
      model: z.string(),
      costUsd: money,
      costMicroUsd: microUsd,
    }),
  ),
});

export const usageSource = z.object({
  /** The bill or the agent; `agents` for their sum. */
  name: z.string(),
  /** `billed` if every cost is; `calculated` costs are list prices for the usage in local logs. */
  costBasis: z.enum(['billed', 'calculated', 'unknown']),
  /** The first day whose usage is known; null without any. */
  coveredFrom: z.nullable(day),
  /** The last day whose usage is known; null without any. */
  coveredTo: z.nullable(day),
  /** The last 7, 30 and 90 days, today included. */
  windows: z.array(usageWindow),
  /** The current month. */
  month: usageMonth,
  /** Every day from the first known one to today, up to six months back. */
  daily: z.array(costDay),
});

const budgetState = z.object({
  /** The usage that it limits. */
  scope: z.enum(budgetScopes),
  /** The client, the id of the project or the agent; null for `overall`. */
  name: z.nullable(z.string()),
  monthlyUsd: z.number(),
  /** Whether no usage belongs to the budget, because there is no such client, project or agent. */
  isUnmatched: z.boolean(),
  /** The ledger that has used the most: `agents`, an agent or a bill; null if there is none. */
  source: z.nullable(z.string()),
  /** Known spending; null if it is unknown. */
  costUsd: z.nullable(money),
  /** Days of the month that are in no sum, because their usage is unknown. */
  uncoveredDays: z.nullable(count),
  /** Models without a price, which are in no sum. */
  unpricedModels: z.array(z.string()),
  /** Percent of the budget, which may exceed 100; null if the cost is unknown. */
  used: z.nullable(z.number()),
  /** Percent of the budget at the end of the month; null if unknown. */
  forecast: z.nullable(z.number()),
  /** The day on which the budget is used up, possibly by forecast; null if not in this month. */
  reachedOn: z.nullable(day),
});

/** `tokens` in `data/analytics.json`. */
export const tokensAnalytics = z.object({
  /** Time zone of the days, and the day in it when the analytics were computed. */
  timeZone: z.string(),
  /** Today in the time zone. */
  today: day,
  /** `YYYY-MM` */
  month: z.string(),
  /** The budget for everything, as in `budgets`. */
  budget: z.nullable(
    z.object({
      /** Per month. */
      monthly: z.number(),
      /** Always `USD`. */
      currency: z.string(),
    }),
  ),
  /** Spending of each budget in this month. */
  budgets: z._default(z.array(budgetState), []),
  /** Must not be added up: bills and local logs contain the same usage. */
  sources: z.array(usageSource),
  /** The sum of the sources that are coding agents; null without any. */
  agents: z._default(z.nullable(usageSource), null),
});

export type Usage = z.infer<typeof usage>;
export type UsageWindow = z.infer<typeof usageWindow>;
export type UsageMonth = z.infer<typeof usageMonth>;
export type UsageSource = z.infer<typeof usageSource>;
export type BudgetState = z.infer<typeof budgetState>;
export type CostDay = z.infer<typeof costDay>;
