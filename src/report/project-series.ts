import type { MonthlyRollup } from '../analytics/history/monthly-rollups.ts';
import { dateIn, type SeriesMonth } from '../analytics/history/series.ts';
import type { Day } from '../schema/timestamp.ts';
import { getOrInsert } from '../util/collections.ts';
import type { PageInputs } from './build-page-data.ts';
import { encodeCommits, type Change } from './commit-series.ts';

/** Returns the changes of each project. */
export function readChanges(
  months: readonly MonthlyRollup<SeriesMonth>[],
  numberOf: (date: Day) => number,
): ReadonlyMap<string, readonly Change[]> {
  const all = new Map<string, Change[]>();
  for (const { month, content } of months) {
    for (const { key, changes } of content.keys) {
      const ofKey = getOrInsert(all, key, () => []);
      for (const [day, values] of changes) ofKey.push([numberOf(dateIn(month, day)), values]);
    }
  }
  return all;
}

/** Returns the encoded numbers of commits of each project. */
export function commitsOf(
  { stored: { projects }, history }: PageInputs,
  numberOf: (date: Day) => number,
): ReadonlyMap<string, readonly number[]> {
  const recorded = readChanges(history.projects, numberOf);
  const known = new Map(projects?.projects.map(({ id, git }) => [id, git?.commitDays ?? null]));
  const ids = new Set([...recorded.keys(), ...known.keys()]);
  return new Map(
    [...ids].map((id) => [
      id,
      encodeCommits(recorded.get(id) ?? [], known.get(id) ?? null, numberOf),
    ]),
  );
}

/**
 * Returns triples: days since the previous triple, and by how much coverage, in hundredths of a percent, and TODOs differ
 * from their last known values.
 */
export function qualityChanges(changes: readonly Change[]): readonly (number | null)[] {
  const triples: (number | null)[] = [];
  const last = { day: 0, coverage: 0, todos: 0, values: '' };
  const since = (field: 'coverage' | 'todos', value: number | null): number | null => {
    if (value === null) return null;
    const by = value - last[field];
    last[field] = value;
    return by;
  };
  for (const [day, [percent, count]] of changes) {
    const coverage = typeof percent === 'number' ? Math.round(percent * 100) : null;
    const todos = typeof count === 'number' ? count : null;
    const values = JSON.stringify([coverage, todos]);
    if (values === last.values) continue;
    triples.push(day - last.day, since('coverage', coverage), since('todos', todos));
    Object.assign(last, { day, values });
  }
  return triples;
}
