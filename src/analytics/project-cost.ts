import type { ProjectAnalytics } from '../schema/analytics.ts';
import { toMicros, toMoney } from './usage/money.ts';

/** Returns the cost of a project in 30 days: the sum over the agents that were used in it. Null if unknown. */
export function cost30Days(costs: ProjectAnalytics['costs']): string | null {
  const known = (costs ?? []).flatMap(({ days30 }) => days30 ?? []);
  return known.length === 0 ? null : toMoney(known.reduce((sum, cost) => sum + toMicros(cost), 0));
}
