import type { TrendPoint } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { YieldToEventLoop } from '../../util/async.ts';
import { chartDays } from '../chart-days.ts';
import { addDays } from '../../util/dates.ts';
import { dateIn, eachDay, type Series } from './series.ts';

/**
 * Returns coverage, TODOs and tech debt over all projects for each day on which the quality sync ran.
 * A project is omitted on days when it was missing or not observed.
 */
export async function qualityTrend(
  history: { readonly quality: Series; readonly projects: Series },
  today: Day,
  yieldToEventLoop: YieldToEventLoop,
): Promise<TrendPoint[]> {
  const isAbsent = createAbsentLookup(history.projects);
  const points: TrendPoint[] = [];
  const range = { from: addDays(today, 1 - chartDays), to: today };
  for (const [date, values] of eachDay(history.quality, range)) {
    await yieldToEventLoop();
    const projects = values.filter(([key]) => !isAbsent(key, date));
    const techDebt = { none: 0, low: 0, medium: 0, high: 0 };
    let withCoverage = 0;
    let coverage = 0;
    let todos: number | null = null;
    for (const [, [percent, todoCount, debt]] of projects) {
      if (typeof percent === 'number') {
        withCoverage += 1;
        coverage += percent;
      }
      if (typeof todoCount === 'number') todos = (todos ?? 0) + todoCount;
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

/** Returns a predicate: whether a project was missing or not observed at the end of a day. */
function createAbsentLookup(projects: Series): (key: string, date: Day) => boolean {
  const transitions = new Map<string, (readonly [from: Day, isAbsent: boolean])[]>();
  for (const [month, { keys }] of projects) {
    for (const { key, changes } of keys) {
      const ofKey = transitions.get(key) ?? [];
      for (const [day, [, state]] of changes) {
        const isAbsent = state === 'missing' || state === 'not-observed';
        if (isAbsent !== (ofKey.at(-1)?.[1] ?? false)) ofKey.push([dateIn(month, day), isAbsent]);
      }
      if (ofKey.length > 0) transitions.set(key, ofKey);
    }
  }
  return (key, date) => transitions.get(key)?.findLast(([from]) => from <= date)?.[1] ?? false;
}

const isDebt = (value: unknown): value is keyof TrendPoint['techDebt'] =>
  value === 'none' || value === 'low' || value === 'medium' || value === 'high';
