import type { HealthAssessment } from '../health/assess-health.ts';
import type { Attention, TrendChange } from '../schema/analytics.ts';
import type { UsageMonth, UsageSource } from '../schema/usage-analytics.ts';
import type { RunOutcome } from '../schema/status.ts';
import type { Day, Timestamp } from '../schema/timestamp.ts';

/**
 * All data of the page, as embedded in it. A project omits what is unknown or empty. Days of series are numbers of days
 * since `first`, and amounts are integer microdollars.
 */
export interface PageData {
  /** The UTC day on which the page was written. */
  readonly day: Day;
  /** The day in the time zone of the costs. */
  readonly today: Day;
  readonly timeZone: string;
  /** The UTC day on which the data last changed. */
  readonly updatedOn: Day;
  readonly first: Day;
  readonly sentences: readonly string[];
  readonly run: LastRun;
  /** The overall budget of a month in US dollars. */
  readonly budget: number | null;
  /** The models that series of costs refer to. */
  readonly models: readonly string[];
  /** Whether `tokens.json` exists and is damaged: the ledgers are empty then. */
  readonly isUsageUnreadable: boolean;
  /** The local logs, then the bills. They contain the same usage and are never added up. */
  readonly ledgers: readonly PageLedger[];
  /** The usage of the local logs in directories of no project, by directory. */
  readonly outside: readonly { readonly path: string; readonly costs: Costs }[];
  readonly trend: readonly TrendRow[];
  readonly trendChange: TrendChange | null;
  readonly runs: readonly RunRow[];
  /** Null before the first run of the projects sync. */
  readonly projects: readonly PageProject[] | null;
}

/** Triples: days since the previous triple, index of the model, and cost. The cost is null without a price. */
export type Costs = readonly (number | null)[];

/** Day, projects, projects with coverage, coverage, TODOs. */
export type TrendRow = readonly [number, number, number, number | null, number | null];

/** Day, runs, successful, failed and interrupted ones, and their median and 95th percentile in milliseconds. */
export type RunRow = readonly [number, number, number, number, number, number, number];

/** Health and outcome of the last run; `health` is null before the first run. */
export interface LastRun {
  readonly health: HealthAssessment['health'] | null;
  readonly diagnostics: HealthAssessment['diagnostics'];
  /** The end of the last run. */
  readonly at: Timestamp | null;
  /** From when on the data are stale without another run; null if they were when the page was written. */
  readonly staleAt: Timestamp | null;
  readonly nextRunAt: Timestamp | null;
  /** The UTC day of the last run. */
  readonly day: Day | null;
  readonly outcome: RunOutcome | null;
}

export interface PageLedger {
  readonly name: string;
  readonly title: string;
  readonly costBasis: UsageSource['costBasis'];
  readonly coveredFrom: number | null;
  readonly coveredTo: number | null;
  readonly costs: Costs;
  /** The list prices of usage that a subscription covers; absent without such usage. */
  readonly listPrices?: Costs;
  /** The agents of the local logs if there are several. */
  readonly agents: readonly { readonly title: string; readonly costs: Costs }[];
  readonly month: UsageMonth;
}

export interface PageProject {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  /** Absent for `ok`. */
  readonly state?: string;
  readonly absentSince?: Timestamp;
  readonly firstSeen?: Day;
  /** The run that read the facts, if the last one did not. */
  readonly lastSeen?: Timestamp;
  readonly client?: string;
  readonly tags?: readonly string[];
  readonly deadline?: string;
  readonly notes?: string;
  readonly description?: string;
  readonly stack?: readonly string[];
  readonly license?: string;
  /** The page of the remote repository, with http or https. */
  readonly remote?: string;
  readonly branch?: string;
  readonly upstream?: string;
  readonly ahead?: number;
  /** Absent if unknown or 0. */
  readonly behind?: number;
  readonly dirty?: boolean;
  /** Absent if unknown, and without changes. */
  readonly changes?: number;
  readonly oldestChangeAt?: Timestamp;
  readonly unpushed?: { readonly commits: number; readonly oldestAt: Timestamp | null };
  readonly stash?: { readonly entries: number; readonly oldestAt: Timestamp | null };
  readonly lastCommit?: { readonly at: Timestamp | null; readonly subject: string };
  readonly coverage?: number;
  readonly todos?: number;
  readonly debt?: 'low' | 'medium' | 'high';
  readonly lighthouse?: number;
  /** The most severe first, information last. */
  readonly attention?: readonly Omit<Attention, 'subject'>[];
  readonly ignored?: number;
  /** Diagnostics of the last run about the project. */
  readonly warnings?: readonly string[];
  /** The local logs. */
  readonly costs?: Costs;
  /** Pairs: days since the previous pair, and by how much the number of commits changed. See `encodeCommits`. */
  readonly commits?: readonly number[];
  /** The first day on which changed lines are known, and their sums in each of `ranges`, null if unknown. */
  readonly changedLines?: readonly (number | null)[];
  /**
   * Triples: days since the previous triple, and by how much coverage, in hundredths of a percent, and TODOs differ from
   * their last known values; null if unknown.
   */
  readonly quality?: readonly (number | null)[];
}
