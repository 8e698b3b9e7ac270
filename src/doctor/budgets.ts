import { loadLedgers } from '../analytics/usage/load-ledgers.ts';
import { budgetProblems } from '../health/budget-health.ts';
import { budgetLine } from '../output/commands/usage-headline.ts';
import { budgetsOf } from '../schema/budgets.ts';
import { nullIfUnreadable } from '../util/errors.ts';
import { passed, type Check } from './check.ts';

/** The amount spent of each budget, and whether its client or project exists. */
export const budgets: Check = {
  id: 'budgets',
  run: async ({ config, workspace, system }) => {
    if (config === null || budgetsOf(config.tokens).length === 0) return [];
    // Damaged data are reported by another check.
    const loaded = await nullIfUnreadable(loadLedgers(workspace, system));
    if (loaded?.stored.tokens == null) return [];
    return loaded.budgets.flatMap((budget) => {
      const problems = budgetProblems([budget]);
      return problems.length > 0 ? problems : [passed(budgetLine(budget))];
    });
  },
};
