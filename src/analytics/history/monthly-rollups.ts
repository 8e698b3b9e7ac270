import { addDays, chartDays, dayOf, monthOf } from '../../util/dates.ts';
import type { SeriesMonth } from './series.ts';
import type { RunDay } from '../../schema/analytics.ts';
import type { Workspace } from '../../config/workspace.ts';
import { decodeCache, encodeCache, readCacheFile, type CacheStamp } from '../../util/cache.ts';
import type { HistoryMonth } from '../../store/history/history-months.ts';

/** `data/cache/trends.bin`: every month of the history in short, with the key of the file it was made from. */
export interface HistoryCache {
  readonly quality: readonly ShortMonth<SeriesMonth>[];
  readonly projects: readonly ShortMonth<SeriesMonth>[];
  readonly runs: readonly ShortMonth<readonly RunDay[]>[];
}

const stamp: CacheStamp = { name: 'trends', schemaVersion: 1 };

export const encodeHistoryCache = (cache: HistoryCache): Buffer => encodeCache(stamp, cache);

export const readHistoryCache = async (workspace: Workspace): Promise<HistoryCache | null> =>
  decodeCache(stamp, await readCacheFile(workspace.cache('trends'))) as HistoryCache | null;

/** A month of a series in short. */
export interface ShortMonth<Content> {
  readonly month: string;
  readonly identity: string;
  readonly content: Content;
}

/** The last six months of a series in short: only month files that changed are read. */
export async function shortMonths<Content>(
  months: readonly HistoryMonth[],
  options: {
    readonly known: readonly ShortMonth<Content>[];
    readonly now: Date;
    readonly reduce: (month: string, lines: Iterable<unknown>) => Promise<Content>;
  },
): Promise<ShortMonth<Content>[]> {
  const { now, reduce } = options;
  const oldest = monthOf(addDays(dayOf(now), -chartDays));
  const known = new Map(options.known.map((one) => [one.month, one]));
  const short: ShortMonth<Content>[] = [];
  for (const { month, key: identity, read } of months) {
    if (month < oldest) continue;
    const before = known.get(month);
    const content =
      before?.identity === identity ? before.content : await reduce(month, await read());
    short.push({ month, identity, content });
  }
  return short;
}
