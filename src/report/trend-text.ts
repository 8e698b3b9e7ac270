import type { TrendChange } from '../schema/analytics.ts';
import { change, countOf, integer } from './format-values.ts';

const unknownBefore = 'unknown 30 days ago';

/** Returns `+1.2 points in 30 days`. */
export function coverageChangeText(trend: TrendChange | null): string {
  const by = trend?.coverage.change ?? null;
  if (by === null) return unknownBefore;
  const text = change(by);
  return text === '' ? 'unchanged in 30 days' : `${text} points in 30 days`;
}

/** Returns `+6 in 30 days, and 91 in 1 new project`. */
export function todosChangeText(trend: TrendChange | null): string {
  if (trend === null) return unknownBefore;
  const { change: by, added, removed } = trend.todos;
  const text = change(by);
  return [
    by === null ? unknownBefore : text === '' ? 'unchanged in 30 days' : `${text} in 30 days`,
    ...(added.todos === 0
      ? []
      : [`and ${integer(added.todos)} in ${countOf(added.projects, 'new project')}`]),
    ...(removed.todos === 0
      ? []
      : [`without ${integer(removed.todos)} in ${countOf(removed.projects, 'removed project')}`]),
  ].join(', ');
}
