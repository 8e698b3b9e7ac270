export const periodNames = ['day', 'week', 'month'] as const;
export type PeriodName = (typeof periodNames)[number];

export const isPeriodName = (name: string): name is PeriodName =>
  periodNames.some((period) => period === name);

/** What `cost` groups by. */
export const costGroupings = [...periodNames, 'project', 'model', 'agent', 'client'] as const;
export type CostGrouping = (typeof costGroupings)[number];
