import type { Workspace } from '../config/workspace.ts';
import type { Analytics } from '../schema/analytics.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import { budgetsOf } from '../schema/budgets.ts';
import type { Config } from '../schema/config.ts';
import { dayIn, dayOf, toTimestamp } from '../util/dates.ts';
import { contentKeysAt, snapshotPaths } from '../store/derived-files.ts';
import { historyMonths, type HistoryMonth } from '../store/history/history-months.ts';
import type { Store } from '../store/store.ts';
import { createYield } from '../util/async.ts';
import type { MonthlyRollup, Rollups } from './history/monthly-rollups.ts';
import type { Series, SeriesMonth } from './history/series.ts';
import type { Overview } from './overview.ts';

export interface DeriveOptions {
  readonly workspace: Workspace;
  readonly store: Pick<Store, 'readSnapshot' | 'readStatus'>;
  readonly config: Config;
  /** The start of the run: analytics depend on its day only. */
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Derives the analytics from the stored files and writes nothing. Throws `UserError` with code `data` or `io`. */
export const deriveCurrentAnalytics = async (options: DeriveOptions): Promise<Analytics> =>
  (await deriveFromInputs(options, await findInputs(options))).analytics;

interface Inputs {
  readonly quality: readonly HistoryMonth[];
  readonly projects: readonly HistoryMonth[];
  readonly tokensReadAt: Timestamp | null;
  /** Changes whenever the analytics might. Excludes the run log, of which only complete days count. */
  readonly key: string;
}

export async function findInputs({
  workspace,
  store,
  config,
  now,
}: DeriveOptions): Promise<Inputs> {
  const at = toTimestamp(now);
  const { timeZone } = config.tokens;
  const [{ status }, snapshots, quality, projects] = await Promise.all([
    store.readStatus(),
    contentKeysAt(snapshotPaths(workspace)),
    historyMonths(workspace, 'quality', at),
    historyMonths(workspace, 'projects', at),
  ]);
  const files = [quality, projects].map((months) => months.map(({ key }) => key));
  const tokensReadAt = status?.syncs.tokens.lastSuccess ?? null;
  const dayAt = dayIn(timeZone);
  const readOn = tokensReadAt === null ? null : dayAt(new Date(tokensReadAt));
  const days = [dayOf(at), timeZone, dayAt(now), readOn];
  const key = JSON.stringify([days, budgetsOf(config.tokens), snapshots, files]);
  return { quality, projects, tokensReadAt, key };
}

interface Derived {
  readonly analytics: Analytics;
  readonly overview: Overview;
  readonly rollups: Rollups;
}

export async function deriveFromInputs(options: DeriveOptions, inputs: Inputs): Promise<Derived> {
  const { store, config, now, signal } = options;
  // Loaded on demand: most runs find nothing new.
  const { deriveAnalytics } = await import('./derive-analytics.ts');
  const { createOverview } = await import('./overview.ts');
  const rollups = await rollUpHistory(options, inputs);
  const snapshots = {
    tokens: await store.readSnapshot('tokens'),
    quality: await store.readSnapshot('quality'),
    projects: await store.readSnapshot('projects'),
  };
  const analytics = await deriveAnalytics({
    ...snapshots,
    history: { quality: toSeries(rollups.quality), projects: toSeries(rollups.projects) },
    runs: rollups.runs.flatMap(({ content }) => content),
    options: config.tokens,
    now,
    tokensReadAt: inputs.tokensReadAt,
    yieldToEventLoop: createYield(signal),
  });
  const overview = createOverview({ ...snapshots, analytics });
  return { analytics, overview, rollups };
}

/** Returns the history of the last six months, of which only changed months are read. Throws `UserError`. */
export const readHistory = async (options: DeriveOptions): Promise<Rollups> =>
  rollUpHistory(options, await findInputs(options));

async function rollUpHistory(
  { workspace, now, signal }: DeriveOptions,
  inputs: Inputs,
): Promise<Rollups> {
  const { readRollups, rollUpMonths } = await import('./history/monthly-rollups.ts');
  const { lineReaders } = await import('./history/line-readers.ts');
  const { reduceMonth } = await import('./history/series.ts');
  const { summarizeRunDays } = await import('./history/run-days.ts');
  const yieldToEventLoop = createYield(signal);
  const cached = await readRollups(workspace);
  const rollUp = (name: 'quality' | 'projects'): Promise<Rollups['quality']> =>
    rollUpMonths(inputs[name], {
      cached: cached?.[name] ?? [],
      now,
      reduce: (month, lines) => reduceMonth(month, lines, lineReaders[name], yieldToEventLoop),
    });
  return {
    quality: await rollUp('quality'),
    projects: await rollUp('projects'),
    runs: await rollUpMonths(await historyMonths(workspace, 'runs', toTimestamp(now)), {
      cached: cached?.runs ?? [],
      now,
      reduce: (_month, lines) => summarizeRunDays(lines, yieldToEventLoop),
    }),
  };
}

const toSeries = (months: readonly MonthlyRollup<SeriesMonth>[]): Series =>
  new Map(months.map(({ month, content }) => [month, content]));
