import type { ProjectAnalytics } from '../schema/analytics.ts';

/** Returns the cost of the last 30 days according to the source that reports most: sources may overlap, so they are never added. */
export const highestCost30 = (costs: ProjectAnalytics['costs']): string | null =>
  (costs ?? [])
    .flatMap(({ days30 }) => days30 ?? [])
    .reduce<string | null>(
      (highest, cost) => (highest === null || Number(cost) > Number(highest) ? cost : highest),
      null,
    );
