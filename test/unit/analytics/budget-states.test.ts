import { describe, expect, test } from 'vitest';
import { budgetStates } from '../../../src/analytics/usage/budget-states.ts';
import { ledgersOf } from '../../../src/analytics/usage/ledgers.ts';
import { currentUsage } from '../../../src/analytics/usage/token-analytics.ts';
import { reachedThresholds } from '../../../src/health/budget-health.ts';
import type { BudgetState } from '../../../src/schema/usage-analytics.ts';
import { budgetsOf, type BudgetOptions } from '../../../src/schema/budgets.ts';
import type { TokenEntry } from '../../../src/schema/tokens.ts';
import { projectOf, projectsSnapshot, tokensSnapshot, usageOf } from '../../helpers/snapshots.ts';

const now = new Date('2026-11-20T12:00:00Z');

function statesOf(
  budgets: Partial<BudgetOptions['budgets']>,
  daily: readonly TokenEntry[],
  coveredFrom = '2026-01-01',
): readonly BudgetState[] {
  const snapshot = tokensSnapshot(daily, coveredFrom);
  const facts = { timeZone: 'UTC', now, readAt: now.toISOString() };
  const sources = currentUsage(snapshot, facts);
  const projects = projectsSnapshot(
    projectOf('alpha', { client: 'ACME' }),
    projectOf('beta', { client: 'ACME' }),
    projectOf('gamma'),
  );
  return budgetStates(
    budgetsOf({ budgets: { clients: {}, projects: {}, agents: {}, ...budgets } }),
    {
      sources,
      agents: ledgersOf(sources).find(({ name }) => name === 'agents') ?? null,
      projects,
      projectOf: (path) => path.replace('/code/', ''),
    },
  );
}

const of = (project: string, costUsd: string | null, changes: Partial<TokenEntry> = {}) =>
  usageOf('2026-11-18', { project: `/code/${project}`, costUsd, ...changes });

describe('budget states', () => {
  test('count the projects of a client, a project, an agent, and the ledger that cost the most', () => {
    const daily = [
      of('alpha', '3.000000'),
      of('beta', '2.000000', { source: 'codex' }),
      of('gamma', '7.000000'),
      of('', '20.000000', { source: 'openai', project: null, costBasis: 'billed' }),
      of('alpha', '100.000000', { date: '2026-10-31' }),
    ];
    const states = statesOf(
      { overall: 40, clients: { ACME: 10 }, projects: { beta: 4 }, agents: { codex: 8, pi: 8 } },
      daily,
    );
    const spent = states.map(({ source, costUsd, used }) => [source, costUsd, used]);
    expect(spent).toEqual([
      ['openai', '20.000000', 50],
      ['agents', '5.000000', 50],
      ['agents', '2.000000', 50],
      ['codex', '2.000000', 25],
      [null, null, null],
    ]);
    expect(
      reachedThresholds(states).map(({ key, percent }) => `${key} ${String(percent)}`),
    ).toEqual(['overall 50', 'client ACME 50', 'project beta 50']);
  });

  test('an unknown cost is neither 0 nor over the budget', () => {
    const unpriced = of('alpha', null, { model: 'new', costBasis: 'unknown' });
    const unknown = [
      ...statesOf({ clients: { ACME: 1 } }, [unpriced]),
      ...statesOf({ clients: { ACNE: 1 }, projects: { delta: 1 } }, [of('alpha', '5.000000')]),
      ...statesOf({ overall: 1 }, []),
      ...statesOf({ projects: { beta: 1 } }, [of('alpha', '5.000000')], '2026-12-01'),
    ];
    for (const state of unknown.slice(0, 4)) {
      expect(state).toMatchObject({ costUsd: null, used: null, forecast: null });
    }
    expect(reachedThresholds(unknown)).toEqual([]);
    const [partly] = statesOf({ clients: { ACME: 10 } }, [unpriced, of('beta', '9.000000')]);
    expect(partly).toMatchObject({ used: 90, unpricedModels: ['new'] });
    expect(reachedThresholds(partly === undefined ? [] : [partly])).toMatchObject([
      { percent: 80, diagnostic: { message: 'at least 90 % of the budget of 10 USD is spent' } },
    ]);
  });

  test('a covered month without usage costs 0', () => {
    expect(statesOf({ projects: { beta: 1 } }, [of('alpha', '5.000000')])).toMatchObject([
      { costUsd: '0.000000', used: 0, isUnmatched: false },
    ]);
  });
});
