import { getOrInsert } from '../../util/collections.ts';
import * as z from 'zod/mini';
import type { RunDay } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import { chartDays } from '../chart-days.ts';
import { addDays, dayOf } from '../../util/dates.ts';
import { runLine } from '../../schema/status.ts';
import type { YieldToEventLoop } from '../../util/async.ts';

/** Returns outcomes and durations of the runs of each day of a month. Skips invalid lines. */
export async function summarizeRunDays(
  lines: Iterable<unknown>,
  yieldToEventLoop: YieldToEventLoop,
): Promise<RunDay[]> {
  const days = new Map<Day, { outcomes: Record<string, number>; durations: number[] }>();
  for (const line of lines) {
    await yieldToEventLoop();
    const { success, data } = runOutcomeLine.safeParse(line);
    if (!success) continue;
    const date = dayOf(data.run);
    const known = getOrInsert(days, date, () => ({ outcomes: {}, durations: [] }));
    known.outcomes[data.outcome] = (known.outcomes[data.outcome] ?? 0) + 1;
    known.durations.push(data.durationMs);
  }
  return [...days].map(([date, { outcomes, durations }]) => ({
    date,
    runs: durations.length,
    success: outcomes['success'] ?? 0,
    error: outcomes['error'] ?? 0,
    interrupted: outcomes['interrupted'] ?? 0,
    durationMs: { p50: quantile(durations, 0.5), p95: quantile(durations, 0.95) },
  }));
}

/** Returns the days of the last six months except today, whose counts change with every run. */
export function finishedDays(days: readonly RunDay[], today: Day): RunDay[] {
  const from = addDays(today, 1 - chartDays);
  return days
    .filter(({ date }) => date >= from && date < today)
    .sort((one, other) => (one.date < other.date ? -1 : 1));
}

/** The required part of a line of the run log. */
const runOutcomeLine = z.pick(runLine, { run: true, outcome: true, durationMs: true });

/** Returns the quantile by the nearest-rank method; `share` is from 0 to 1. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
