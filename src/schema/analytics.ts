import * as z from 'zod/mini';
import { attentionCodes } from './attention-codes.ts';
import { diagnosticEntry } from './diagnostic.ts';
import { day, timestamp } from './timestamp.ts';
import { count, money, percent } from './numbers.ts';
import { project } from './projects.ts';
import { projectQuality } from './quality.ts';
import { tokenCounts } from './tokens.ts';

const usage = z.object({
  tokens: tokenCounts,
  responses: z.nullable(count),
  /** Of all that has a price, see `unpricedModels`; null when nothing has. */
  costUsd: z.nullable(money),
});

const usageWindow = z.object({
  /** How many days it has; the last one is today, which is not over. */
  days: z.literal([7, 30, 90]),
  from: day,
  to: day,
  ...usage.shape,
  /** Models that were used and have no price: the cost is that of the others. */
  unpricedModels: z.array(z.string()),
  /** Burn rate: the mean cost of a day that is over and covered by the source; null without such a day. */
  averageDailyUsd: z.nullable(money),
  /** The dearest first; so are the projects. */
  models: z.array(z.object({ model: z.string(), ...usage.shape })),
  /** By the folder that the work was started in; `id` is the project that holds it, null when none does. */
  projects: z.array(z.object({ id: z.nullable(z.string()), path: z.string(), ...usage.shape })),
});

/** The month that today lies in, of one source, against the whole budget. */
const usageMonth = z.object({
  costUsd: z.nullable(money),
  /** At the month's end, at the burn rate of the last 30 days; null when too few days are known. */
  forecastUsd: z.nullable(money),
  /** Percent of the budget, which may exceed 100; null without a budget or a cost. */
  budgetUsed: z.nullable(z.number()),
  budgetForecast: z.nullable(z.number()),
  /** The day on which the budget was, or by the forecast will be, used up; null when not this month. */
  budgetReachedOn: z.nullable(day),
});

const costDay = z.object({
  date: day,
  costUsd: z.nullable(money),
  /** The cost by model, the dearest first; models without a price are left out. */
  models: z.array(z.object({ model: z.string(), costUsd: money })),
});

export const usageSource = z.object({
  name: z.string(),
  /** `billed` only when every cost is; `calculated` are list prices of what this machine's logs say. */
  costBasis: z.enum(['billed', 'calculated', 'unknown']),
  coveredFrom: z.nullable(day),
  coveredTo: z.nullable(day),
  windows: z.array(usageWindow),
  month: usageMonth,
  /** Days with usage, up to six months back. */
  daily: z.array(costDay),
});

const tokensAnalytics = z.object({
  /** In which days are cut, and its day when this was derived. */
  timeZone: z.string(),
  today: day,
  /** `YYYY-MM` */
  month: z.string(),
  budget: z.nullable(z.object({ monthly: z.number(), currency: z.string() })),
  /** Never to be added to one another: what was billed, and what one machine's logs say of it. */
  sources: z.array(usageSource),
});

const trendPoint = z.object({
  date: day,
  projects: count,
  withCoverage: count,
  /** Mean of the projects that have one; null when none has. */
  coverage: z.nullable(percent),
  /** Sum over the projects whose files could be listed; null when none could. */
  todos: z.nullable(count),
  techDebt: z.object({ none: count, low: count, medium: count, high: count }),
});

export const runDay = z.object({
  date: day,
  runs: count,
  success: count,
  error: count,
  interrupted: count,
  durationMs: z.object({ p50: count, p95: count }),
});

const attention = z.extend(diagnosticEntry, { code: z.enum(attentionCodes) });

const projectAnalytics = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  state: project.shape.state,
  /** By source; null when tokens are not known, empty when no source tells of this project. */
  costs: z.nullable(
    z.array(
      z.object({
        source: z.string(),
        days7: z.nullable(money),
        days30: z.nullable(money),
        days90: z.nullable(money),
      }),
    ),
  ),
  activity: z.object({
    lastCommit: z.nullable(timestamp),
    /** By how much the commits of HEAD became more; null while the history does not reach back so far. */
    commits7: z.nullable(count),
    commits30: z.nullable(count),
    commits90: z.nullable(count),
    dirty: z.nullable(z.boolean()),
    ahead: z.nullable(count),
  }),
  /** Null when quality tells nothing of it. A change is against the value of 30 days ago. */
  quality: z.nullable(
    z.object({
      coverage: z.nullable(percent),
      coverageChange30: z.nullable(z.number()),
      todos: z.nullable(count),
      todosChange30: z.nullable(z.int()),
      lighthouse: z.nullable(percent),
      techDebt: projectQuality.shape.techDebt,
      debtScore: z.nullable(percent),
    }),
  ),
  /** The worst first; empty when all is well. */
  attention: z.array(attention),
});

/** `data/analytics.json`: derived from the snapshots, the history and the budget, and from nothing else. */
export const analyticsFile = z.object({
  schemaVersion: z.literal(1),
  /** The time of the last change. */
  updatedAt: timestamp,
  /** The UTC day it was derived on: what depends on "today" means this one. */
  day,
  /** Null as long as there is no `tokens.json`. */
  tokens: z.nullable(tokensAnalytics),
  /** A point for each UTC day on which quality ran, up to six months back. */
  trend: z.array(trendPoint),
  /** UTC days that are over, up to six months back; days without a run are left out. */
  runs: z.array(runDay),
  /** Null as long as there is no `projects.json`. */
  projects: z.nullable(z.array(projectAnalytics)),
});

export type Analytics = z.infer<typeof analyticsFile>;
export type Usage = z.infer<typeof usage>;
export type UsageWindow = z.infer<typeof usageWindow>;
export type UsageMonth = z.infer<typeof usageMonth>;
export type UsageSource = z.infer<typeof usageSource>;
export type CostDay = z.infer<typeof costDay>;
export type TrendPoint = z.infer<typeof trendPoint>;
export type RunDay = z.infer<typeof runDay>;
export type ProjectAnalytics = z.infer<typeof projectAnalytics>;
export type Attention = z.infer<typeof attention>;
