import * as z from 'zod/mini';
import { attentionCodes, attentionGroupNames } from './attention-codes.ts';
import { diagnosticEntry } from './diagnostic.ts';
import { day, timestamp } from './timestamp.ts';
import { count, microUsd, money, percent } from './numbers.ts';
import { project } from './projects.ts';
import { projectQuality } from './quality.ts';
import { tokensAnalytics } from './usage-analytics.ts';

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
export type TrendPoint = z.infer<typeof trendPoint>;
export type TrendChange = z.infer<typeof trendChange>;
export type RunDay = z.infer<typeof runDay>;
export type ProjectAnalytics = z.infer<typeof projectAnalytics>;
export type Attention = z.infer<typeof attention>;
