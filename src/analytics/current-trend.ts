import type { Analytics, TrendPoint } from '../schema/analytics.ts';

/**
 * Returns the point of the trend that describes the present: the last one, or null if no project has current quality
 * data. Without any, no later day has a point, and the last one is about projects that are no longer observed.
 */
export function currentTrend({ trend, projects }: Analytics): TrendPoint | null {
  const isCurrent = projects === null || projects.some(({ quality }) => quality !== null);
  return (isCurrent ? trend.at(-1) : null) ?? null;
}
