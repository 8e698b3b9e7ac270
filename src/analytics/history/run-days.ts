import * as z from 'zod/mini';
import type { RunDay } from '../../schema/analytics.ts';
import { dayOf, type Day } from '../../schema/timestamp.ts';
import { runLine } from '../../schema/status.ts';
import type { YieldToEventLoop } from '../../util/async.ts';
import { addDays, chartDays } from '../../util/dates.ts';

/** How the runs of each day of a month went; lines of another shape are left out. */
export async function runDaysOf(
  lines: Iterable<unknown>,
  pause: YieldToEventLoop,
): Promise<RunDay[]> {
  const days = new Map<Day, { outcomes: Record<string, number>; durations: number[] }>();
  for (const line of lines) {
    await pause();
    const { success, data } = outcomeOf.safeParse(line);
    if (!success) continue;
    const date = dayOf(data.run);
    let known = days.get(date);
    if (known === undefined) days.set(date, (known = { outcomes: {}, durations: [] }));
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

/**
 * The days of the last six months. Only those that are over: today would change with every run, also with
 * one that finds nothing new.
 */
export function finishedDays(days: readonly RunDay[], today: Day): RunDay[] {
  const from = addDays(today, 1 - chartDays);
  return days
    .filter(({ date }) => date >= from && date < today)
    .sort((one, other) => (one.date < other.date ? -1 : 1));
}

/** What is needed of a line of the run log: the rest of it may be what it likes. */
const outcomeOf = z.pick(runLine, { run: true, outcome: true, durationMs: true });

/** The value that this share of the values does not exceed (nearest rank). */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
