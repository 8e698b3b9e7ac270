import type { TrendChange, TrendPoint } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { YieldToEventLoop } from '../../util/async.ts';
import { chartDays } from '../chart-days.ts';
import { addDays, daysBetween } from '../../util/dates.ts';
import { dateIn, eachDay, type Series, type Values } from './series.ts';

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
    const techDebt = { unknown: 0, low: 0, medium: 0, high: 0 };
    let withCoverage = 0;
    let coverage = 0;
    let todos: number | null = null;
    for (const [, [percent, todoCount, debt]] of projects) {
      if (typeof percent === 'number') {
        withCoverage += 1;
        coverage += percent;
      }
      if (typeof todoCount === 'number') todos = (todos ?? 0) + todoCount;
      techDebt[isLevel(debt) ? debt : 'unknown'] += 1;
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

const comparedDays = 30;

/** Returns the change in 30 days, of the projects with a value at both ends; null if the trend is shorter. */
export function trendChange(
  history: { readonly quality: Series; readonly projects: Series },
  trend: readonly TrendPoint[],
): TrendChange | null {
  const to = trend.at(-1)?.date;
  if (to === undefined) return null;
  const from = trend.findLast(({ date }) => daysBetween(date, to) >= comparedDays)?.date;
  if (from === undefined) return null;
  const isAbsent = createAbsentLookup(history.projects);
  const valuesOn = (date: Day): ReadonlyMap<string, Values> => {
    const [[, values] = [date, []]] = eachDay(history.quality, { from: date, to: date });
    return new Map(values.filter(([key]) => !isAbsent(key, date)));
  };
  const [before, after] = [valuesOn(from), valuesOn(to)];
  const coverage = compare(before, after, 0);
  const todos = compare(before, after, 1);
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const change = sum(coverage.both.map(([then, now]) => now - then)) / coverage.both.length;
  return {
    from,
    to,
    coverage: {
      projects: coverage.both.length,
      change: coverage.both.length === 0 ? null : Math.round(change * 100) / 100,
    },
    todos: {
      projects: todos.both.length,
      change: todos.both.length === 0 ? null : sum(todos.both.map(([then, now]) => now - then)),
      added: { projects: todos.added.length, todos: sum(todos.added) },
      removed: { projects: todos.removed.length, todos: sum(todos.removed) },
    },
  };
}

interface Compared {
  readonly both: (readonly [then: number, now: number])[];
  readonly added: number[];
  readonly removed: number[];
}

/** Splits the values at an index by the days on which a project has one. */
function compare(
  before: ReadonlyMap<string, Values>,
  after: ReadonlyMap<string, Values>,
  index: number,
): Compared {
  const compared: Compared = { both: [], added: [], removed: [] };
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [then, now] = [before.get(key)?.[index], after.get(key)?.[index]];
    if (typeof then === 'number' && typeof now === 'number') compared.both.push([then, now]);
    else if (typeof now === 'number') compared.added.push(now);
    else if (typeof then === 'number') compared.removed.push(then);
  }
  return compared;
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

const isLevel = (value: unknown): value is 'low' | 'medium' | 'high' =>
  value === 'low' || value === 'medium' || value === 'high';
