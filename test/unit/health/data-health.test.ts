import { describe, expect, test } from 'vitest';
import type { Overview, UsageLine } from '../../../src/analytics/overview.ts';
import type { BudgetState } from '../../../src/schema/usage-analytics.ts';
import { dataProblems } from '../../../src/health/data-health.ts';

const line: UsageLine = {
  source: 'claude-code',
  isPart: false,
  day: '2026-12-01',
  dayTokens: 1,
  dayWithoutTokens: [],
  dayUsd: '40.000000',
  monthUsd: '40.000000',
  monthUncoveredDays: 0,
  monthUnpricedModels: [],
  monthListPriceUsd: null,
  budget: { monthly: 20, currency: 'USD' },
  budgetUsed: 200,
  budgetForecast: 300,
  averageDailyUsd: '4.000000',
};

const budget: BudgetState = {
  ...{ scope: 'overall', name: null, monthlyUsd: 20, isUnmatched: false, source: 'claude-code' },
  ...{ costUsd: '40.000000', uncoveredDays: 0, unpricedModels: [] },
  ...{ used: 200, forecast: 300, reachedOn: '2026-12-01' },
};

const codesAt = (now: string, overview: Overview): readonly string[] =>
  dataProblems(overview, new Date(now)).map(({ code }) => code);

describe('dataProblems', () => {
  const tokyo: Overview = {
    dayEndsAt: '2026-12-01T15:00:00.000Z',
    monthEndsAt: '2026-12-31T15:00:00.000Z',
    usage: [line],
    budgets: [budget],
    projects: null,
  };

  test('reports spend-spike only on the day of the usage in its time zone', () => {
    // It is still November in UTC.
    expect(codesAt('2026-11-30T16:00:00Z', tokyo)).toContain('spend-spike');
    expect(codesAt('2026-12-01T14:59:59Z', tokyo)).toContain('spend-spike');
    expect(codesAt('2026-12-01T15:00:00Z', tokyo)).not.toContain('spend-spike');
  });

  test('reports the budget only in the month of the usage in its time zone', () => {
    expect(codesAt('2026-11-30T16:00:00Z', tokyo)).toContain('budget-exceeded');
    expect(codesAt('2026-12-31T14:59:59Z', tokyo)).toContain('budget-exceeded');
    expect(codesAt('2026-12-31T15:00:00Z', tokyo)).toEqual([]);
  });
});
