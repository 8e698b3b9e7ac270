import type { Overview, UsageLine } from '../../analytics/overview.ts';
import type { BudgetState } from '../../schema/usage-analytics.ts';
import { isAgent } from '../../schema/agent-names.ts';
import { atLeast, sanitizeLine } from '../../util/text.ts';
import { formatUsd, usdOrDash } from '../format-numbers.ts';

/** Returns the local logs of all agents, then the bills. They are never added up. */
export function mainUsage({ usage }: Pick<Overview, 'usage'>): readonly UsageLine[] {
  const hasSum = usage.some(({ source }) => source === 'agents');
  return usage.filter(({ source }) => !hasSum || !isAgent(source));
}

/** Returns `today $4.10, this month $96.20 of $200 (48 %)`; unknown amounts are `-`. */
export function spentText(line: UsageLine): string {
  const { dayUsd, monthListPriceUsd } = line;
  const listPrice =
    monthListPriceUsd === null ? '' : `; flat rate: list price ${formatUsd(monthListPriceUsd)}`;
  return `today ${usdOrDash(dayUsd)}, this month ${monthText(line)}${budgetText(line)}${listPrice}`;
}

/** Returns the cost of the month: `$96.20`, `at least $96.20` if a part is unknown, or `-`. */
export function monthText(line: UsageLine): string {
  const { monthUsd, monthUncoveredDays, monthUnpricedModels } = line;
  const isPartial = monthUncoveredDays > 0 || monthUnpricedModels.length > 0;
  return monthUsd === null ? '-' : `${atLeast(isPartial)}${formatUsd(monthUsd)}`;
}

/** Returns ` of $200 (48 %)`, or nothing without a budget. */
export function budgetText({
  budget,
  budgetUsed,
}: Pick<UsageLine, 'budget' | 'budgetUsed'>): string {
  if (budget === null) return '';
  return ` of $${String(budget.monthly)}${budgetUsed === null ? '' : ` (${percentText(budgetUsed)})`}`;
}

/** Rounds down, so that 100 % means that the budget is spent. */
const percentText = (used: number): string => `${String(Math.floor(used))} %`;

/** Returns the budgets of clients, projects and agents, the most used first. */
export const namedBudgets = (budgets: readonly BudgetState[]): readonly BudgetState[] =>
  budgets
    .filter(({ scope }) => scope !== 'overall')
    .toSorted((one, other) => (other.used ?? -1) - (one.used ?? -1));

/** Returns `client ACME: $12.30 of $50 (24 %)`; an unknown amount is `-`. */
export function budgetLine(state: BudgetState): string {
  const { scope, name, costUsd, uncoveredDays, unpricedModels, monthlyUsd, used } = state;
  const isPartial = (uncoveredDays ?? 0) > 0 || unpricedModels.length > 0;
  const spent = costUsd === null ? '-' : `${atLeast(isPartial)}${formatUsd(costUsd)}`;
  const share = used === null ? '' : ` (${percentText(used)})`;
  const title = name === null ? scope : `${scope} ${sanitizeLine(name)}`;
  return `${title}: ${spent} of $${String(monthlyUsd)}${share}`;
}

/** Returns `Cost` for the local logs, `Billed by openai` for a bill. */
export const usageTitle = ({ source }: UsageLine): string =>
  source === 'agents' || isAgent(source) ? 'Cost' : `Billed by ${sanitizeLine(source)}`;
