import type { TodayCost } from '../../analytics/usage/today.ts';
import type { BudgetState } from '../../schema/usage-analytics.ts';
import type { Diagnostic } from '../../util/diagnostic.ts';
import type { Day } from '../../schema/timestamp.ts';
import { atLeast, plural, sanitizeLine, sanitizePath } from '../../util/text.ts';
import { diagnosticLine } from '../diagnostic-text.ts';
import { formatMicros, formatUsd, microsOrDash, usdOrDash } from '../format-numbers.ts';
import type { RenderOptions } from './status-text.ts';
import { budgetLine, budgetText, namedBudgets } from './usage-headline.ts';
import { wrapText } from '../wrap-text.ts';

/** The most used budgets of clients, projects and agents. */
const shownBudgets = 2;

/** Input of `today`. */
export interface TodayFacts {
  readonly day: Day;
  /** The local logs, then the bills. */
  readonly costs: readonly TodayCost[];
  readonly budgets: readonly BudgetState[];
  /** Null before the first run of the projects sync. */
  readonly projects: {
    readonly total: number;
    readonly dirty: number;
    readonly unpushed: number;
    readonly needingAttention: number;
  } | null;
}

export async function todayText(
  facts: TodayFacts,
  tasks: readonly Diagnostic[],
  { columns, style }: RenderOptions,
): Promise<string> {
  const sentences = await Promise.all(
    todaySentences(facts).map((sentence) => wrapText(sentence, columns)),
  );
  const todo = await Promise.all(
    tasks.map(async (task, index) => {
      const line = await wrapText(`${String(index + 1)}. ${diagnosticLine(task)}`, columns);
      const hint = task.hint === null ? '' : `\n   fix: ${sanitizePath(task.hint, 1000)}`;
      return style(task.severity === 'error' ? 'bad' : 'warning', line) + hint;
    }),
  );
  const end = todo.length === 0 ? [style('good', 'Nothing needs you.')] : todo;
  return `${[...sentences, '', ...end].join('\n')}\n`;
}

/** Returns three sentences: today and yesterday, the month, and the projects. */
export const todaySentences = ({ costs, budgets, projects }: TodayFacts): readonly string[] => [
  daySentence(costs),
  monthSentence(costs, budgets),
  projectsSentence(projects),
];

/** Usage of a model without a price is not in the cost. */
const isPartial = ({ unpricedModels }: TodayCost['today' | 'month']): boolean =>
  unpricedModels.length > 0;

function daySentence([first, ...bills]: readonly TodayCost[]): string {
  if (first === undefined) return 'The cost is unknown: no token usage was found.';
  const { today, yesterday, ledger } = first;
  const now =
    today.cost === null
      ? `Today's cost is unknown (data up to ${ledger.coveredTo ?? 'no day'})`
      : `Today's cost is ${atLeast(isPartial(today))}${formatMicros(today.cost)} so far`;
  const before =
    yesterday.cost === null
      ? "yesterday's is unknown"
      : `yesterday's was ${atLeast(isPartial(yesterday))}${formatMicros(yesterday.cost)}`;
  const billed = bills.map((bill) => {
    return `; ${nameOf(bill)} billed ${microsOrDash(bill.yesterday.cost)} yesterday`;
  });
  const source = ledger.name === 'agents' ? '' : ` by the bill of ${nameOf(first)}`;
  return `${now}${source}, ${before}${billed.join('')}.`;
}

function monthSentence(
  [first, ...bills]: readonly TodayCost[],
  budgets: readonly BudgetState[],
): string {
  if (first === undefined) return "This month's cost is unknown, too.";
  const { costUsd, forecastUsd, listPriceUsd, budgetUsed, uncoveredDays } = first.month;
  if (costUsd === null) return "This month's cost is unknown.";
  const limit = budgetText({ budget: first.budget, budgetUsed });
  const partial = uncoveredDays === 0 ? '' : `, ${plural(uncoveredDays, 'day')} unknown`;
  const forecast =
    forecastUsd === null ? '' : `, and ${formatUsd(forecastUsd)} at its end at this rate`;
  const listPrice =
    listPriceUsd === undefined
      ? ''
      : `; the flat rate has covered a list price of ${usdOrDash(listPriceUsd)}`;
  const billed = bills.map((bill) => `; ${nameOf(bill)} billed ${usdOrDash(bill.month.costUsd)}`);
  const named = namedBudgets(budgets)
    .slice(0, shownBudgets)
    .map((budget) => `; ${budgetLine(budget)}`);
  return `This month's cost is ${atLeast(isPartial(first.month))}${formatUsd(costUsd)}${limit}${partial}${forecast}${listPrice}${billed.join('')}${named.join('')}.`;
}

const nameOf = ({ ledger }: TodayCost): string => sanitizeLine(ledger.name);

function projectsSentence(projects: TodayFacts['projects']): string {
  if (projects === null) return 'No projects are known yet.';
  const { total, dirty, unpushed, needingAttention } = projects;
  const have = (count: number, what: string): readonly string[] =>
    count === 0 ? [] : [`${plural(count, 'has', 'have')} ${what}`];
  const parts = [
    ...have(dirty, 'uncommitted changes'),
    ...have(unpushed, 'unpushed commits'),
    ...(needingAttention === 0
      ? ['none needs attention']
      : [`${plural(needingAttention, 'needs', 'need')} attention`]),
  ];
  return `Of ${plural(total, 'project')}, ${parts.join(', ')}.`;
}
