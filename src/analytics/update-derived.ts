import { isDeepStrictEqual } from 'node:util';
import type { Overview } from './overview.ts';
import type { Series } from './history/series.ts';
import { analyticsFile, type Analytics } from '../schema/analytics.ts';
import type { Config } from '../schema/config.ts';
import { dayIn, dayOf, toTimestamp } from '../schema/timestamp.ts';
import { UserError } from '../util/errors.ts';
import { createYield } from '../util/async.ts';
import { contentKeysAt, snapshotPaths } from '../store/derived-files.ts';
import { historyMonths, type HistoryMonth } from '../store/history/history-months.ts';
import { readJsonFile } from '../store/json-file.ts';
import type { Store } from '../store/store.ts';
import type { Workspace } from '../config/workspace.ts';
import { encodeDerivedCache, readDerivedCache } from './load-overview.ts';
import type { HistoryCache } from './history/monthly-rollups.ts';

export interface DeriveOptions {
  readonly workspace: Workspace;
  readonly store: Pick<Store, 'readSnapshot' | 'saveDerived'>;
  readonly config: Config;
  /** The start of the run: analytics depend on its day only. */
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** The page that a run keeps up to date. */
export interface AutoUpdatedPage {
  /** What it shows beside the analytics, as one text: when this differs it is made again. */
  readonly key: string;
  readonly render: (analytics: Analytics) => Promise<string>;
}

/**
 * Brings `data/analytics.json`, and the page if one is kept, up to date. When nothing that they are made
 * of has changed, that costs a look at a dozen files and no more.
 * Throws `UserError` DATA (a snapshot is damaged: the files stay as they are), IO, LOCK_LOST.
 */
export async function updateDerivedFiles(
  stage: string,
  options: DeriveOptions,
  page: AutoUpdatedPage | null,
): Promise<void> {
  const { workspace, store } = options;
  const sources = await findSources(options);
  const targets = [workspace.analytics, ...(page === null ? [] : [workspace.report])];
  const cached = await readDerivedCache(workspace);
  const isCurrent =
    cached?.inputs === sources.identity &&
    cached.page === (page?.key ?? null) &&
    isDeepStrictEqual(cached.outputs, await contentKeysAt(targets));
  if (isCurrent) return;

  let derived: Derived;
  try {
    derived = await derive(options, sources);
  } catch (error) {
    // The page must not go on saying that all is well.
    if (page !== null && isDamage(error)) await keepPageOfLastData(stage, options, page);
    throw error;
  }
  const { analytics, overview, cache } = derived;
  const { encodeHistoryCache } = await import('./history/monthly-rollups.ts');
  const text = await page?.render(analytics);
  await store.saveDerived(
    stage,
    [
      { target: workspace.analytics, document: analytics },
      ...(text === undefined ? [] : [{ target: workspace.report, content: text }]),
    ],
    (outputs) => [
      { target: workspace.cache('trends'), content: encodeHistoryCache(cache) },
      {
        target: workspace.cache('derived'),
        content: encodeDerivedCache({
          inputs: sources.identity,
          page: page?.key ?? null,
          outputs,
          overview,
        }),
      },
    ],
  );
}

const isDamage = (error: unknown): boolean => error instanceof UserError && error.code === 'data';

async function keepPageOfLastData(
  stage: string,
  { workspace, store }: DeriveOptions,
  page: AutoUpdatedPage,
): Promise<void> {
  const analytics = await readLastAnalytics(workspace);
  if (analytics === null) return;
  const text = await page.render(analytics);
  await store.saveDerived(stage, [{ target: workspace.report, content: text }], () => []);
}

/** What was derived last, for as long as it can't be derived anew; null when there is nothing of use. */
export async function readLastAnalytics({ analytics }: Workspace): Promise<Analytics | null> {
  try {
    return (await readJsonFile(analytics, analyticsFile))?.value ?? null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Derives the analytics of what lies there now, and writes nothing. Throws `UserError` DATA, IO. */
export const deriveCurrentAnalytics = async (options: DeriveOptions): Promise<Analytics> =>
  (await derive(options, await findSources(options))).analytics;

interface Sources {
  readonly quality: readonly HistoryMonth[];
  readonly projects: readonly HistoryMonth[];
  /** Changes whenever the analytics might. The run log is not part of it: only days that are over count. */
  readonly identity: string;
}

async function findSources({ workspace, config, now }: DeriveOptions): Promise<Sources> {
  const at = toTimestamp(now);
  const { timeZone, budget } = config.tokens;
  const [snapshots, quality, projects] = await Promise.all([
    contentKeysAt(snapshotPaths(workspace)),
    historyMonths(workspace, 'quality', at),
    historyMonths(workspace, 'projects', at),
  ]);
  const files = [quality, projects].map((months) => months.map((one) => one.key));
  const days = [dayOf(at), timeZone, dayIn(timeZone)(now)];
  const identity = JSON.stringify([days, budget ?? null, snapshots, files]);
  return { quality, projects, identity };
}

interface Derived {
  readonly overview: Overview;
  readonly analytics: Analytics;
  readonly cache: HistoryCache;
}

async function derive(
  { workspace, store, config, now, signal }: DeriveOptions,
  sources: Sources,
): Promise<Derived> {
  // Loaded only when there is something to do: most runs find nothing new.
  const { deriveAnalytics } = await import('./derive-analytics.ts');
  const { createOverview: overviewOf } = await import('./overview.ts');
  const { readHistoryCache, shortMonths } = await import('./history/monthly-rollups.ts');
  const { lineReaders: readers } = await import('./history/line-readers.ts');
  const { reduceMonth } = await import('./history/series.ts');
  const { summarizeRunDays: runDaysOf } = await import('./history/run-days.ts');
  const yieldToEventLoop = createYield(signal);
  const known = await readHistoryCache(workspace);
  const short = (name: 'quality' | 'projects'): Promise<HistoryCache['quality']> =>
    shortMonths(sources[name], {
      known: known?.[name] ?? [],
      now,
      reduce: (month, lines) => reduceMonth(month, lines, readers[name], yieldToEventLoop),
    });
  const quality = await short('quality');
  const projects = await short('projects');
  const runs = await shortMonths(await historyMonths(workspace, 'runs', toTimestamp(now)), {
    known: known?.runs ?? [],
    now,
    reduce: (_month, lines) => runDaysOf(lines, yieldToEventLoop),
  });
  const snapshots = {
    tokens: await store.readSnapshot('tokens'),
    quality: await store.readSnapshot('quality'),
    projects: await store.readSnapshot('projects'),
  };
  const analytics = await deriveAnalytics({
    ...snapshots,
    history: { quality: seriesOf(quality), projects: seriesOf(projects) },
    runs: runs.flatMap(({ content }) => content),
    options: config.tokens,
    now,
    yieldToEventLoop,
  });
  const overview = overviewOf({ ...snapshots, analytics });
  return { analytics, overview, cache: { quality, projects, runs } };
}

const seriesOf = (months: HistoryCache['quality']): Series =>
  new Map(months.map(({ month, content }) => [month, content]));
