import type { Workspace } from '../../config/workspace.ts';
import type { RunDay } from '../../schema/analytics.ts';
import type { HistoryMonth } from '../../store/history/history-months.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../../util/cache.ts';
import { chartDays } from '../chart-days.ts';
import { addDays, dayOf, monthOf } from '../../util/dates.ts';
import type { SeriesMonth } from './series.ts';

/** The reduced content of a month file of the history. */
export interface MonthlyRollup<Content> {
  readonly month: string;
  /** `contentKey` of the month file. */
  readonly key: string;
  readonly content: Content;
}

/** `data/cache/rollups.bin`: the reduced history of the last six months. */
export interface Rollups {
  readonly quality: readonly MonthlyRollup<SeriesMonth>[];
  readonly projects: readonly MonthlyRollup<SeriesMonth>[];
  readonly runs: readonly MonthlyRollup<readonly RunDay[]>[];
}

const stamp: CacheStamp = { name: 'rollups', schemaVersion: 2 };

export const encodeRollups = (rollups: Rollups): Buffer => encodeCache(stamp, rollups);

export const readRollups = async (workspace: Workspace): Promise<Rollups | null> =>
  decodeCache(stamp, await readCacheFile(workspace.cache('rollups'))) as Rollups | null;

/** Reduces the month files of the last six months. Only files that have changed are read. */
export async function rollUpMonths<Content>(
  months: readonly HistoryMonth[],
  options: {
    readonly cached: readonly MonthlyRollup<Content>[];
    readonly now: Date;
    readonly reduce: (month: string, lines: Iterable<unknown>) => Promise<Content>;
  },
): Promise<MonthlyRollup<Content>[]> {
  const { now, reduce } = options;
  const oldest = monthOf(addDays(dayOf(now), -chartDays));
  const cached = new Map(options.cached.map((rollup) => [rollup.month, rollup]));
  const rollups: MonthlyRollup<Content>[] = [];
  for (const { month, key, read } of months) {
    if (month < oldest) continue;
    const known = cached.get(month);
    const content = known?.key === key ? known.content : await reduce(month, await read());
    rollups.push({ month, key, content });
  }
  return rollups;
}
