import type { Analytics, RunDay } from '../schema/analytics.ts';
import { dayOf, toTimestamp } from '../util/dates.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import type { YieldToEventLoop } from '../util/async.ts';
import type { StoredData } from './overview.ts';
import { createUsageProjectFinder } from './project-of-path.ts';
import { projectAnalytics } from './project-analytics.ts';
import { finishedDays } from './history/run-days.ts';
import type { Series } from './history/series.ts';
import { tokensAnalytics, type AnalyticsOptions } from './usage/token-analytics.ts';
import { qualityTrend, trendChange } from './history/quality-trend.ts';

/** All inputs of the analytics. */
interface AnalyticsInputs extends Omit<StoredData, 'analytics'> {
  readonly history: { readonly quality: Series; readonly projects: Series };
  /** The days of the run log; today may be included. */
  readonly runs: readonly RunDay[];
  readonly options: AnalyticsOptions;
  readonly now: Date;
  /** The last success of the tokens sync; null if unknown. */
  readonly tokensReadAt: Timestamp | null;
  readonly yieldToEventLoop: YieldToEventLoop;
}

/** Derives `data/analytics.json`. Deterministic for the same inputs on the same day, except for `updatedAt`. */
export async function deriveAnalytics(inputs: AnalyticsInputs): Promise<Analytics> {
  const { quality, projects, history, options, now, yieldToEventLoop } = inputs;
  const today = dayOf(now);
  const projectOf = createUsageProjectFinder(projects, inputs.tokens);
  const readAt = inputs.tokensReadAt;
  const tokens = tokensAnalytics(inputs.tokens, {
    ...{ options, now, readAt, projectOf, projects },
  });
  await yieldToEventLoop();
  const trend = await qualityTrend(history, today, yieldToEventLoop);
  await yieldToEventLoop();
  return {
    schemaVersion: 1,
    updatedAt: toTimestamp(now),
    day: today,
    tokens,
    trend,
    trendChange: trendChange(history, trend),
    runs: finishedDays(inputs.runs, today),
    projects: projectAnalytics({ projects, quality, tokens, history, today }),
  };
}
