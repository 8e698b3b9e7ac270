import type { ProjectAnalytics } from '../schema/analytics.ts';

/** Returns the 30-day cost of the most expensive source. Sources may overlap, so they are not summed. */
export const highestCost30Days = (costs: ProjectAnalytics['costs']): string | null =>
  (costs ?? [])
    .flatMap(({ days30 }) => days30 ?? [])
    .reduce<string | null>(
      (highest, cost) => (highest === null || Number(cost) > Number(highest) ? cost : highest),
      null,
    );
