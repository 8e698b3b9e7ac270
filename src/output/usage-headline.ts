import type { Overview, UsageLine } from '../analytics/overview.ts';
import { isAgent } from '../schema/agent-names.ts';
import { sanitizeLine } from '../util/text.ts';
import { formatUsd } from './format-numbers.ts';

/** Returns the local logs of all agents, then the bills. They are never added up. */
export function mainUsage({ usage }: Pick<Overview, 'usage'>): readonly UsageLine[] {
  const hasSum = usage.some(({ source }) => source === 'agents');
  return usage.filter(({ source }) => !hasSum || !isAgent(source));
}

/** Returns whether the source is the local logs of agents, not a bill. */
export const isLocalUsage = ({ source }: UsageLine): boolean =>
  source === 'agents' || isAgent(source);

/** Returns `today $4.10, this month $96.20 of $200 (48 %)`; unknown amounts are `-`. */
export function spentText(line: UsageLine): string {
  const { dayUsd, monthUsd, monthUncoveredDays, monthListPriceUsd } = line;
  const isPartial = monthUsd !== null && monthUncoveredDays > 0;
  const spent = monthUsd === null ? '-' : formatUsd(monthUsd);
  const month = isPartial ? `at least ${spent}` : spent;
  const listPrice =
    monthListPriceUsd === null ? '' : `; flat rate: list price ${formatUsd(monthListPriceUsd)}`;
  return `today ${dayUsd === null ? '-' : formatUsd(dayUsd)}, this month ${month}${budgetText(line)}${listPrice}`;
}

/** Returns ` of $200 (48 %)`, or nothing without a budget. */
export function budgetText({
  budget,
  budgetUsed,
}: Pick<UsageLine, 'budget' | 'budgetUsed'>): string {
  if (budget === null) return '';
  const amount =
    budget.currency === 'USD'
      ? `$${String(budget.monthly)}`
      : `${String(budget.monthly)} ${budget.currency}`;
  return ` of ${amount}${budgetUsed === null ? '' : ` (${budgetUsed.toFixed(0)} %)`}`;
}

/** Returns `Cost` for the local logs, `Billed by openai` for a bill. */
export const usageTitle = (line: UsageLine): string =>
  isLocalUsage(line) ? 'Cost' : `Billed by ${sanitizeLine(line.source)}`;
