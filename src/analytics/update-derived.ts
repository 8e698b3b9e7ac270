import type { Overview } from './overview.ts';
import type { Series } from './history/series.ts';
import { analyticsFile, type Analytics } from '../schema/analytics.ts';
import type { Config } from '../schema/config.ts';
import { dayIn, dayOf, toTimestamp } from '../util/dates.ts';
import { UserError } from '../util/errors.ts';
import { createYield } from '../util/async.ts';
import { contentKeyAt } from '../util/fs.ts';
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
  /** Start of the run; only its day counts. */
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Updates `data/analytics.json`. When none of its inputs changed, this only stats a dozen files. Throws `UserError`
 * `data` (a snapshot is damaged; the file stays unchanged), `io`, `lock-lost`.
 */
export async function updateDerivedFiles(stage: string, options: DeriveOptions): Promise<void> {
  const { workspace, store } = options;
  const inputs = await findInputs(options);
  const cached = await readDerivedCache(workspace);
  const isCurrent =
    cached?.inputs === inputs.key &&
    cached.analyticsKey === (await contentKeyAt(workspace.analytics));
  if (isCurrent) return;

  const { analytics, overview, cache } = await derive(options, inputs);
  const { encodeHistoryCache } = await import('./history/monthly-rollups.ts');
  await store.saveDerived(
    stage,
    [{ target: workspace.analytics, document: analytics }],
    ([analyticsKey = null]) => [
      { target: workspace.cache('trends'), content: encodeHistoryCache(cache) },
      {
        target: workspace.cache('derived'),
        content: encodeDerivedCache({ inputs: inputs.key, analyticsKey, overview }),
      },
    ],
  );
}

/** Returns the analytics of the last run, for use while a snapshot is damaged; null when they can't be read. */
export async function readLastAnalytics({ analytics }: Workspace): Promise<Analytics | null> {
  try {
    return (await readJsonFile(analytics, analyticsFile))?.value ?? null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Computes the analytics of the stored files and writes nothing. Throws `UserError` `data`, `io`. */
export const deriveCurrentAnalytics = async (options: DeriveOptions): Promise<Analytics> =>
  (await derive(options, await findInputs(options))).analytics;

interface Inputs {
  readonly quality: readonly HistoryMonth[];
  readonly projects: readonly HistoryMonth[];
  /** Differs when the analytics may differ. Does not include the run log, of which only past days count. */
  readonly key: string;
}

async function findInputs({ workspace, config, now }: DeriveOptions): Promise<Inputs> {
  const at = toTimestamp(now);
  const { timeZone, budget } = config.tokens;
  const [snapshots, quality, projects] = await Promise.all([
    contentKeysAt(snapshotPaths(workspace)),
    historyMonths(workspace, 'quality', at),
    historyMonths(workspace, 'projects', at),
  ]);
  const files = [quality, projects].map((months) => months.map((one) => one.key));
  const days = [dayOf(at), timeZone, dayIn(timeZone)(now)];
  const key = JSON.stringify([days, budget ?? null, snapshots, files]);
  return { quality, projects, key };
}

interface Derived {
  readonly overview: Overview;
  readonly analytics: Analytics;
  readonly cache: HistoryCache;
}

async function derive(
  { workspace, store, config, now, signal }: DeriveOptions,
  inputs: Inputs,
): Promise<Derived> {
  // Most runs find nothing new and do not load these.
  const { deriveAnalytics } = await import('./derive-analytics.ts');
  const { createOverview } = await import('./overview.ts');
  const { readHistoryCache, shortMonths } = await import('./history/monthly-rollups.ts');
  const { lineReaders } = await import('./history/line-readers.ts');
  const { reduceMonth } = await import('./history/series.ts');
  const { summarizeRunDays } = await import('./history/run-days.ts');
  const yieldToEventLoop = createYield(signal);
  const known = await readHistoryCache(workspace);
  const short = (name: 'quality' | 'projects'): Promise<HistoryCache['quality']> =>
    shortMonths(inputs[name], {
      known: known?.[name] ?? [],
      now,
      reduce: (month, lines) => reduceMonth(month, lines, lineReaders[name], yieldToEventLoop),
    });
  const quality = await short('quality');
  const projects = await short('projects');
  const runs = await shortMonths(await historyMonths(workspace, 'runs', toTimestamp(now)), {
    known: known?.runs ?? [],
    now,
    reduce: (_month, lines) => summarizeRunDays(lines, yieldToEventLoop),
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
  const overview = createOverview({ ...snapshots, analytics });
  return { analytics, overview, cache: { quality, projects, runs } };
}

const seriesOf = (months: HistoryCache['quality']): Series =>
  new Map(months.map(({ month, content }) => [month, content]));
