import * as z from 'zod/mini';
import { addDays, chartDays } from '../../util/dates.ts';
import { seriesMonth } from './series.ts';
import { runDay } from '../../schema/analytics.ts';
import { dayOf, monthOf } from '../../schema/timestamp.ts';
import { readCacheFile } from '../../store/cache-file.ts';
import type { HistoryMonth } from '../../store/history-months.ts';

const fileOf = { month: z.string(), identity: z.string() };
const cachedSeries = z.array(z.object({ ...fileOf, content: seriesMonth }));
const cachedRuns = z.array(z.object({ ...fileOf, content: z.array(runDay) }));

/** `data/cache/trends.json`: every month of the history in short, and which file it was made of. */
const cacheFile = z.object({
  version: z.literal(2),
  quality: cachedSeries,
  projects: cachedSeries,
  runs: cachedRuns,
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
  for (const { month, identity, read } of months) {
    if (month < oldest) continue;
    const before = known.get(month);
    const content =
      before?.identity === identity ? before.content : await reduce(month, await read());
    short.push({ month, identity, content });
  }
  return short;
}
