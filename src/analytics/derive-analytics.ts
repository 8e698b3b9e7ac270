import type { Analytics, RunDay } from '../schema/analytics.ts';
import { dayOf, toTimestamp } from '../schema/timestamp.ts';
import type { Snapshot } from '../schema/syncs.ts';
import type { TokensOptions } from '../schema/tokens.ts';
import type { YieldToEventLoop } from '../util/async.ts';
import { projectFinder } from './project-of-path.ts';
import { projectAnalytics } from './project-analytics.ts';
import { finishedDays } from './history/run-days.ts';
import type { Series } from './history/series.ts';
import { tokensAnalytics } from './usage/token-analytics.ts';
import { qualityTrend } from './history/quality-trend.ts';

/** Everything that analytics are made of. */
export interface AnalyticsInputs {
  readonly tokens: Snapshot<'tokens'> | null;
  readonly quality: Snapshot<'quality'> | null;
  readonly projects: Snapshot<'projects'> | null;
  readonly history: { readonly quality: Series; readonly projects: Series };
  /** The days of the run log, today among them or not. */
  readonly runs: readonly RunDay[];
  readonly options: Pick<TokensOptions, 'budget' | 'timeZone'>;
  readonly now: Date;
  readonly pause: YieldToEventLoop;
}

/** Derives `data/analytics.json`. The same inputs on the same day give the same, but for `updatedAt`. */
export async function deriveAnalytics(inputs: AnalyticsInputs): Promise<Analytics> {
  const { quality, projects, history, options, now, pause } = inputs;
  const today = dayOf(now);
  const holderOf = projectFinder(projects?.projects ?? []);
  // A hidden path, or that of a project that is no longer in the registry, only its own sync can place.
  const told = new Map(inputs.tokens?.projects.map(({ projectPath: path, id }) => [path, id]));
  const projectOf = (path: string): string | null => holderOf(path) ?? told.get(path) ?? null;
  const tokens = tokensAnalytics(inputs.tokens, { options, now, projectOf });
  await pause();
  const trend = await qualityTrend(history, today, pause);
  await pause();
  return {
    schemaVersion: 1,
    updatedAt: toTimestamp(now),
    day: today,
    tokens,
    trend,
    runs: finishedDays(inputs.runs, today),
    projects: projectAnalytics({ projects, quality, tokens, history, today }),
  };
}
