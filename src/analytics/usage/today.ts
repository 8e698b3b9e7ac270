import type { UsageMonth } from '../../schema/usage-analytics.ts';
import type { UsageLine } from '../overview.ts';
import { addDays } from '../../util/dates.ts';
import { usageDocument } from './cost-document.ts';
import { usageIn, type Ledger, type PeriodUsage } from './ledgers.ts';
import { usageMonth } from './usage-month.ts';

/** The cost of a ledger today, yesterday and in the current month. */
export interface TodayCost {
  readonly ledger: Ledger;
  readonly today: PeriodUsage;
  readonly yesterday: PeriodUsage;
  readonly month: UsageMonth;
  /** The overall budget. */
  readonly budget: UsageLine['budget'];
}

export function todayOf(ledger: Ledger, monthlyUsd: number | null): TodayCost {
  const { today } = ledger;
  const yesterday = addDays(today, -1);
  return {
    ledger,
    today: usageIn(ledger, { from: today, to: today }),
    yesterday: usageIn(ledger, { from: yesterday, to: yesterday }),
    month: usageMonth(ledger, monthlyUsd),
    budget: monthlyUsd === null ? null : { monthly: monthlyUsd, currency: 'USD' },
  };
}

/** Returns the amounts for `today --json`. */
export function costDocumentOfToday({ ledger, today, yesterday, month }: TodayCost): object {
  const { costUsd, listPriceUsd, forecastUsd, budgetUsed, uncoveredDays } = month;
  return {
    name: ledger.name,
    sources: ledger.sources,
    costBasis: ledger.costBasis,
    coveredTo: ledger.coveredTo,
    today: usageDocument(today),
    yesterday: usageDocument(yesterday),
    month: {
      costUsd,
      ...(listPriceUsd === undefined ? {} : { listPriceUsd }),
      forecastUsd,
      budgetUsed,
      uncoveredDays,
    },
  };
}
