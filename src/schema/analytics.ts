import * as z from 'zod/mini';
import { budgetScopes } from './budgets.ts';
import { attentionCodes, attentionGroupNames } from './attention-codes.ts';
import { diagnosticEntry } from './diagnostic.ts';
import { day, timestamp } from './timestamp.ts';
import { count, microUsd, money, percent } from './numbers.ts';
import { project } from './projects.ts';
import { projectQuality } from './quality.ts';
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

const tokensAnalytics = z.object({
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

const trendPoint = z.object({
  /** The UTC day. */
  date: day,
  /** Projects that the last quality sync of the day found. */
  projects: count,
  /** Projects with a known percentage of coverage. */
  withCoverage: count,
  /** Mean of the projects that have one; null if none has. */
  coverage: z.nullable(percent),
  /** Sum over the projects whose files could be listed; null without any. */
  todos: z.nullable(count),
  /** Numbers of projects by level. */
  techDebt: z.object({
    /** Without a known level. */
    unknown: count,
    /** With this level. */
    low: count,
    /** With this level. */
    medium: count,
    /** With this level. */
    high: count,
  }),
});

const sumOfProjects = z.object({
  /** How many projects. */
  projects: count,
  /** Their sum. */
  todos: count,
});

/** A change compares the projects that have a value on both days, and no others. */
const trendChange = z.object({
  /** The last day of the trend that is at least 30 days before `to`. */
  from: day,
  /** The last day of the trend. */
  to: day,
  /** Trend of the mean coverage. */
  coverage: z.object({
    /** Projects that are compared. */
    projects: count,
    /** In percentage points; null without such a project. */
    change: z.nullable(z.number()),
  }),
  /** Trend of the sum of all TODOs. */
  todos: z.object({
    /** Projects that are compared. */
    projects: count,
    /** Of their sum; null without such a project. */
    change: z.nullable(z.int()),
    /** Projects with a value on `to` only. */
    added: sumOfProjects,
    /** Projects with a value on `from` only. */
    removed: sumOfProjects,
  }),
});

export const runDay = z.object({
  /** The UTC day. */
  date: day,
  /** How many runs started on it. */
  runs: count,
  /** Runs with this outcome. */
  success: count,
  /** Runs with this outcome. */
  error: count,
  /** Runs with this outcome. */
  interrupted: count,
  /** In milliseconds. */
  durationMs: z.object({
    /** The median. */
    p50: count,
    /** 95 % were not longer. */
    p95: count,
  }),
});

const attention = z.extend(diagnosticEntry, {
  code: z.enum(attentionCodes),
  /** The risk: lost work, cost, or falling quality. */
  group: z.enum(attentionGroupNames),
});

const projectAnalytics = z.object({
  /** As in `projects.json`. */
  id: z.string(),
  /** The name of the directory. */
  name: z.string(),
  /** The absolute path of the directory. */
  path: z.string(),
  /** As in `projects.json`. */
  state: project.shape.state,
  /** As in `projects.json`. */
  notObservedSince: z._default(z.nullable(timestamp), null),
  /** The run that read the project; null if the last run did. The activity is unknown otherwise. */
  lastSeen: z._default(z.nullable(timestamp), null),
  /** By source; null without token data, empty if no source contains this project. */
  costs: z.nullable(
    // A period that the source covers and in which the project was not used costs 0.
    z.array(
      z.object({
        /** The bill or the agent. */
        source: z.string(),
        /** US dollars with six decimals; null if no day is covered. */
        days7: z.nullable(money),
        days7MicroUsd: microUsd,
        /** US dollars with six decimals; null if no day is covered. */
        days30: z.nullable(money),
        days30MicroUsd: microUsd,
        /** US dollars with six decimals; null if no day is covered. */
        days90: z.nullable(money),
        days90MicroUsd: microUsd,
      }),
    ),
  ),
  /** The sum over the coding agents in 30 days: 0 if none was used in the project, null if that is unknown. */
  cost30Usd: z._default(z.nullable(money), null),
  cost30MicroUsd: microUsd,
  /** The budget of the project, and how many percent of it are used this month; null without one. */
  budget: z._default(
    z.nullable(
      z.object({
        monthlyUsd: z.number(),
        /** Percent; null if the cost is unknown. */
        used: z.nullable(z.number()),
      }),
    ),
    null,
  ),
  /** Of its repository. */
  activity: z.object({
    /** The committer date of HEAD; null if unknown. */
    lastCommit: z.nullable(timestamp),
    /**
     * Commits of HEAD in the last days, by committer date in UTC. Without these dates, the increase of the number of
     * commits; null if neither is known that far back.
     */
    commits7: z.nullable(count),
    /** As `commits7`. */
    commits30: z.nullable(count),
    /** As `commits7`. */
    commits90: z.nullable(count),
    /** Lines that the commits of the last days added and deleted; null if unknown. */
    changedLines7: z._default(z.nullable(count), null),
    /** As `changedLines7`. */
    changedLines30: z._default(z.nullable(count), null),
    /** As `changedLines7`. */
    changedLines90: z._default(z.nullable(count), null),
    /** Whether there are changes that are not committed; null if unknown. */
    dirty: z.nullable(z.boolean()),
    /** Commits that the upstream does not have; null without an upstream. */
    ahead: z.nullable(count),
  }),
  /** Null without quality data of the last run. Changes are relative to the value 30 days ago. */
  quality: z.nullable(
    z.object({
      /** Percent from 0 to 100; null if unknown. */
      coverage: z.nullable(percent),
      /** In percentage points; null if a value is unknown. */
      coverageChange30: z.nullable(z.number()),
      /** Comments that mark open work; null if unknown. */
      todos: z.nullable(count),
      /** Null if a value is unknown. */
      todosChange30: z.nullable(z.int()),
      /** Score from 0 to 100; null if unknown. */
      lighthouse: z.nullable(percent),
      /** The level of `debtScore`; null if unknown. */
      techDebt: projectQuality.shape.techDebt,
      /** From 0 (best) to 100 (worst); null if unknown. */
      debtScore: z.nullable(percent),
    }),
  ),
  /** Most severe first. */
  attention: z.array(attention),
  /** How many reasons the user ignores, see `ignore` in `projects.json`. */
  ignored: z._default(count, 0),
});

/** `data/analytics.json`: computed from the snapshots, the history and the budget. */
export const analyticsFile = z.object({
  schemaVersion: z.literal(1),
  /** The time of the last change. */
  updatedAt: timestamp,
  /** The UTC day of the computation, which "today" refers to. */
  day,
  /** Null without `tokens.json`. */
  tokens: z.nullable(tokensAnalytics),
  /** A point for each UTC day with a quality sync, up to six months back. */
  trend: z.array(trendPoint),
  /** Null if the trend does not go back 30 days. */
  trendChange: z._default(z.nullable(trendChange), null),
  /** Past UTC days with a run, up to six months back. */
  runs: z.array(runDay),
  /** Null without `projects.json`. */
  projects: z.nullable(z.array(projectAnalytics)),
});

export type Analytics = z.infer<typeof analyticsFile>;
export type Usage = z.infer<typeof usage>;
export type UsageWindow = z.infer<typeof usageWindow>;
export type UsageMonth = z.infer<typeof usageMonth>;
export type UsageSource = z.infer<typeof usageSource>;
export type BudgetState = z.infer<typeof budgetState>;
export type CostDay = z.infer<typeof costDay>;
export type TrendPoint = z.infer<typeof trendPoint>;
export type TrendChange = z.infer<typeof trendChange>;
export type RunDay = z.infer<typeof runDay>;
export type ProjectAnalytics = z.infer<typeof projectAnalytics>;
export type Attention = z.infer<typeof attention>;
