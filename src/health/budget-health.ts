import type { BudgetState } from '../schema/usage-analytics.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { atLeast, sanitizeLine } from '../util/text.ts';

/** The percentages at which a budget is reported. */
const thresholds = [100, 80, 50] as const;

/** A budget that has reached a threshold. */
export interface ReachedThreshold {
  /** Identifies the budget. */
  readonly key: string;
  readonly monthlyUsd: number;
  readonly percent: (typeof thresholds)[number];
  readonly diagnostic: Diagnostic;
}

/** Returns `client ACME`, or the ledger that is compared with the overall budget. */
const budgetTitle = ({
  scope,
  name,
  source,
}: Pick<BudgetState, 'scope' | 'name' | 'source'>): string =>
  sanitizeLine(scope === 'overall' ? (source ?? 'overall') : `${scope} ${name ?? ''}`);

/** Returns the highest threshold that each budget has reached. A budget of which nothing is known has none. */
export const reachedThresholds = (budgets: readonly BudgetState[]): readonly ReachedThreshold[] =>
  budgets.flatMap((budget): readonly ReachedThreshold[] => {
    const percent = thresholds.find((one) => (budget.used ?? 0) >= one);
    if (percent === undefined) return [];
    const { scope, name, monthlyUsd } = budget;
    const key = name === null ? scope : `${scope} ${name}`;
    return [{ key, monthlyUsd, percent, diagnostic: spentDiagnostic(budget) }];
  });

/** Returns the diagnostics of budgets that are spent, will be spent, or do not apply to anything. */
export function budgetProblems(budgets: readonly BudgetState[]): readonly Diagnostic[] {
  return budgets.flatMap((budget): readonly Diagnostic[] => {
    if (budget.isUnmatched) return unmatchedProblems(budget);
    if ((budget.used ?? 0) >= 100) return [spentDiagnostic(budget)];
    const { forecast } = budget;
    if (forecast === null || forecast <= 100) return [];
    const message = `${String(Math.floor(forecast))} % ${ofBudget(budget)} will be spent at the end of the month`;
    return [diagnostic('budget-forecast', { subject: budgetTitle(budget), message })];
  });
}

function spentDiagnostic(budget: BudgetState): Diagnostic {
  const used = budget.used ?? 0;
  // No sum contains unknown costs, so more may be spent.
  const isPartial = (budget.uncoveredDays ?? 0) > 0 || budget.unpricedModels.length > 0;
  const share = `${atLeast(isPartial)}${String(Math.floor(used))} %`;
  return diagnostic(used >= 100 ? 'budget-exceeded' : 'budget-threshold', {
    subject: budgetTitle(budget),
    message: `${share} ${ofBudget(budget)} is spent`,
  });
}

const ofBudget = ({ monthlyUsd }: BudgetState): string =>
  `of the budget of ${String(monthlyUsd)} USD`;

/** A client or project that does not exist is probably misspelled. An agent may not have been used yet. */
function unmatchedProblems(budget: BudgetState): readonly Diagnostic[] {
  const { scope, name } = budget;
  if (scope !== 'client' && scope !== 'project') return [];
  const subject = `tokens.budgets.${scope}s`;
  const found = scope === 'client' ? 'no project has the client' : 'no project has the id';
  const hint =
    scope === 'client'
      ? 'sync-runner projects set PROJECT client=CLIENT'
      : 'sync-runner projects --json';
  const message = `${found} ${sanitizeLine(name ?? '')}, so its cost is unknown`;
  return [diagnostic('budget-unmatched', { subject, message, hint })];
}
