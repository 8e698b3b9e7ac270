import type { TrendPoint } from '../schema/analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import type { YieldToEventLoop } from '../util/async.ts';
import { addDays, chartDays } from '../util/dates.ts';
import { eachDay, type Series } from './series.ts';

/** Coverage, TODOs and tech debt over all projects, for each day on which quality ran. */
export async function qualityTrend(
  quality: Series,
  today: Day,
  pause: YieldToEventLoop,
): Promise<TrendPoint[]> {
  const points: TrendPoint[] = [];
  const range = { from: addDays(today, 1 - chartDays), to: today };
  for (const [date, projects] of eachDay(quality, range)) {
    await pause();
    const techDebt = { none: 0, low: 0, medium: 0, high: 0 };
    let withCoverage = 0;
    let coverage = 0;
    let todos: number | null = null;
    for (const [percent, markers, debt] of projects) {
      if (typeof percent === 'number') {
        withCoverage += 1;
        coverage += percent;
      }
      if (typeof markers === 'number') todos = (todos ?? 0) + markers;
      if (isDebt(debt)) techDebt[debt] += 1;
    }
    points.push({
      date,
      projects: projects.length,
      withCoverage,
      coverage: withCoverage === 0 ? null : Math.round((coverage / withCoverage) * 100) / 100,
      todos,
      techDebt,
    });
  }
  return points;
}

const isDebt = (value: unknown): value is keyof TrendPoint['techDebt'] =>
  value === 'none' || value === 'low' || value === 'medium' || value === 'high';
