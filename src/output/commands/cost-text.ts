import type { CostReport, CostRow, LedgerCost } from '../../analytics/usage/cost-report.ts';
import type { BudgetState } from '../../schema/usage-analytics.ts';
import { isPeriodName } from '../../schema/cost-groupings.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import { barText } from '../bars.ts';
import { formatMicros, microsOrDash } from '../format-numbers.ts';
import type { RenderOptions } from './status-text.ts';
import { numberColumn, tableText, type Column } from '../table.ts';
import { cutEnd, widthOf } from '../width.ts';
import { budgetLine, namedBudgets } from './usage-headline.ts';
import { wrapText } from '../wrap-text.ts';

/** Returns the tables of `cost`, one for each ledger. */
export async function costText(
  report: CostReport,
  budgets: readonly BudgetState[],
  form: RenderOptions,
): Promise<string> {
  const texts = [];
  for (const one of report.ledgers) texts.push(await ledgerText(one, report, form));
  if (budgets.length > 0) texts.push(await budgetsText(budgets, form));
  return texts.join('\n');
}

/** Returns what is spent of each budget this month. */
async function budgetsText(budgets: readonly BudgetState[], form: RenderOptions): Promise<string> {
  const overall = budgets.filter(({ scope }) => scope === 'overall');
  const lines = await Promise.all(
    [...overall, ...namedBudgets(budgets)].map((budget) =>
      fitted(`${(budget.used ?? 0) >= 100 ? '! ' : '  '}${budgetLine(budget)}`, form),
    ),
  );
  return [form.style('strong', 'Budgets of this month'), ...lines].join('\n') + '\n';
}

async function ledgerText(
  cost: LedgerCost,
  { by }: CostReport,
  form: RenderOptions,
): Promise<string> {
  const heading = await fitted(`${ledgerTitle(cost)}, ${periodText(cost)}`, form);
  const table =
    cost.rows.length === 0 ? '' : await tableText(columnsOf(cost, by, form), cost.rows, form);
  const notes = await Promise.all(notesOf(cost).map((note) => wrapText(note, form.columns)));
  return [
    `${form.style('strong', heading)}\n`,
    table,
    ...notes.map((note) => `${form.style('faint', note)}\n`),
  ].join('');
}

async function fitted(text: string, { columns }: RenderOptions): Promise<string> {
  return columns === null ? text : cutEnd(text, columns, await widthOf([text]));
}

/** Returns `Local logs (claude-code, codex)` or `Bill of openai`. */
function ledgerTitle({ ledger: { name, sources } }: LedgerCost): string {
  const names = sanitizeLine(sources.join(', '));
  return name === 'agents' ? `Local logs (${names})` : `Bill of ${names}`;
}

const periodText = ({ period, usage }: CostRow): string =>
  `${plural(usage.days, 'day')} to ${period.to}`;

/** Returns the width of the bars on a terminal. */
function barWidth(columns: number | null): number {
  if (columns === null || columns >= 80) return 24;
  return columns >= 60 ? 16 : 8;
}

function columnsOf(
  { rows }: LedgerCost,
  by: CostReport['by'],
  form: RenderOptions,
): readonly Column<CostRow>[] {
  const largest = Math.max(...rows.map(({ usage }) => usage.cost ?? 0));
  const hasListPrice = rows.some(({ usage }) => usage.listPrice !== undefined);
  const isCompared = rows.some(({ previous }) => previous !== null);
  const width = barWidth(form.columns);
  return [
    { title: by.toUpperCase(), text: (row) => labelOf(row, by), priority: 0, narrowest: 10 },
    numberColumn<CostRow>('COST', 0, ({ usage }) => microsOrDash(usage.cost)),
    ...(isCompared
      ? [
          numberColumn<CostRow>('BEFORE', 3, ({ previous }) =>
            microsOrDash(previous?.cost ?? null),
          ),
          numberColumn<CostRow>('CHANGE', 1, ({ change }) => changeText(change)),
        ]
      : []),
    {
      title: '',
      text: ({ usage }) => (largest > 0 ? barText((usage.cost ?? 0) / largest, width) : ''),
      priority: 2,
    },
    numberColumn<CostRow>('CACHE', 4, ({ usage }) => shareText(usage.cacheShare)),
    ...(hasListPrice
      ? [numberColumn<CostRow>('LIST', 5, ({ usage }) => microsOrDash(usage.listPrice ?? null))]
      : []),
  ];
}

const changeText = (change: number | null): string =>
  change === null ? '-' : `${change < 0 ? '' : '+'}${formatMicros(change)}`;

const shareText = (share: number | null): string =>
  share === null ? '-' : `${share.toFixed(0)} %`;

function labelOf({ key, usage }: CostRow, by: CostReport['by']): string {
  if (key === null) return by === 'client' ? '(no client)' : '(no project)';
  // An incomplete sum is marked; one without any known day is a dash.
  const isPartial = usage.uncoveredDays > 0 && usage.uncoveredDays < usage.days;
  if (!isPeriodName(by)) return sanitizeLine(key);
  return `${by === 'month' ? key.slice(0, 7) : key}${isPartial ? ' ?' : ''}`;
}

/** Returns what the table does not show: the sum, how it was determined, and what is unknown. */
function notesOf({ ledger, usage, previous, change }: LedgerCost): readonly string[] {
  const { cost, listPrice, uncoveredDays, unpricedModels } = usage;
  const basis =
    cost === null || cost === 0
      ? ''
      : ledger.costBasis === 'billed'
        ? ', as billed'
        : ', at list prices';
  const cache = usage.cacheShare;
  const total = [
    `total ${microsOrDash(cost)}${basis}`,
    ...(previous === null
      ? []
      : [
          `${microsOrDash(previous.cost)} in as many days before${change === null ? '' : ` (${changeText(change)})`}`,
        ]),
    ...(cache === null ? [] : [`${cache.toFixed(1)} % of the prompts from the cache`]),
    ...(listPrice === undefined
      ? []
      : [`flat rate: list price ${microsOrDash(listPrice)}, not spent`]),
  ].join('; ');
  return [
    total,
    ...(uncoveredDays === 0
      ? []
      : [`? ${String(uncoveredDays)} of ${plural(usage.days, 'day')} unknown: not covered`]),
    ...(unpricedModels.length === 0
      ? []
      : [`? without a price, not in the cost: ${sanitizeLine(unpricedModels.join(', '))}`]),
  ];
}
