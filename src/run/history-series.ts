import * as z from 'zod/mini';
import { addDays, chartDays } from '../analytics/days.ts';
import { readers, type FollowedSeries } from '../analytics/history.ts';
import { reduceMonth, seriesMonth, type Series, type SeriesMonth } from '../analytics/series.ts';
import { dayOf, monthOf } from '../contract/instant.ts';
import type { Pause } from '../pause.ts';
import { readCacheFile } from '../store/cache-file.ts';
import type { HistoryMonth } from '../store/history-months.ts';

const cachedSeries = z.array(
  z.object({ month: z.string(), identity: z.string(), content: seriesMonth }),
);

/** `data/cache/trends.json`: every month of the history in short, and which file it was made of. */
const cacheFile = z.object({
  version: z.literal(1),
  quality: cachedSeries,
  projects: cachedSeries,
});
export type HistoryCache = z.infer<typeof cacheFile>;

/** Null when there is none, or none that can be read: it is disposable. */
export async function readHistoryCache(path: string): Promise<HistoryCache | null> {
  const bytes = await readCacheFile(path);
  try {
    return cacheFile.safeParse(JSON.parse(Buffer.from(bytes ?? []).toString())).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The history of the last six months in short: only month files that changed are read. */
export async function historySeries(
  series: FollowedSeries,
  options: {
    readonly months: readonly HistoryMonth[];
    readonly cache: HistoryCache | null;
    readonly now: Date;
    readonly pause: Pause;
  },
): Promise<{ readonly series: Series; readonly cached: HistoryCache[FollowedSeries] }> {
  const { months, cache, now, pause } = options;
  const oldest = monthOf(addDays(dayOf(now), -chartDays));
  const known = new Map(cache?.[series].map((one) => [one.month, one]));
  const reduced = new Map<string, SeriesMonth>();
  const cached: HistoryCache[FollowedSeries] = [];
  for (const { month, identity, read } of months) {
    if (month < oldest) continue;
    const before = known.get(month);
    const content =
      before?.identity === identity
        ? before.content
        : await reduceMonth(month, await read(), readers[series], pause);
    reduced.set(month, content);
    cached.push({ month, identity, content });
  }
  return { series: reduced, cached };
}
