import { addKnown } from '../../../analytics/usage/money.ts';
import { lastDayOfMonth } from '../../../util/dates.ts';
import {
  changeText,
  countOf,
  dollars,
  dollarsOf,
  longDay,
  longMonth,
  percent,
  shortDay,
} from '../../format-values.ts';
import { costBasisText } from '../../ledger-titles.ts';
import type { Costs, PageData, PageLedger } from '../../page-data.ts';
import { barList, type Bar } from '../charts/bar-list.ts';
import { costBars } from '../charts/cost-bars.ts';
import { heatMap } from '../charts/heat-map.ts';
import { round1 } from '../charts/scale.ts';
import { h, type PageElement } from '../element.ts';
import {
  costsIn,
  countUncovered,
  dateOf,
  daysBefore,
  daysOf,
  isCovered,
  ledgerCost,
  lengthOf,
  sumCosts,
  type Days,
} from '../model.ts';
import { ranges, toFragment, type PageState } from '../page-state.ts';
import { tiles, type Tile } from './tiles.ts';

/** Renders the costs in the range, separately for the local logs and for each bill. */
export function moneySection(data: PageData, state: PageState): PageElement {
  const { ledgers } = data;
  return h(
    'section',
    { 'aria-labelledby': 'cost', id: 'money' },
    h('h2', { id: 'cost' }, 'Money'),
    ledgers.length === 0 &&
      h(
        'p.empty',
        data.isUsageUnreadable
          ? "tokens.json can't be read; see the errors above."
          : 'No usage data yet: neither the logs of a coding agent nor the API key of an organisation were found.',
      ),
    ledgers.length > 1 &&
      h(
        'p.muted',
        'The local logs and the bills may contain the same usage and are never added up.',
      ),
    ledgers.map((ledger, index) => ledgerBlock(data, ledger, state, index)),
  );
}

function ledgerBlock(
  data: PageData,
  ledger: PageLedger,
  state: PageState,
  index: number,
): PageElement {
  const days = daysOf(data, state.range);
  const { title, costBasis, coveredFrom, coveredTo } = ledger;
  const isLocal = ledger.name === 'agents';
  const unpriced = unpricedModels(data, ledger, days);
  const covers =
    coveredFrom === null || coveredTo === null
      ? ''
      : `Covers ${longDay(dateOf(data, coveredFrom))} to ${longDay(dateOf(data, coveredTo))}.`;
  return h(
    'div.ledger',
    { id: `ledger-${String(index)}` },
    h('h3.lead', title, h('span.muted', ` ${costBasisText(costBasis)}`)),
    h(
      'p.muted',
      covers,
      unpriced.length > 0 &&
        ` Excludes ${countOf(unpriced.length, 'model')} without a known price: ${unpriced.slice(0, 5).join(', ')}.`,
    ),
    h(
      'div.pair',
      heatMap(data, ledger, { id: `heat-${String(index)}`, days }),
      tiles(`Cost, ${title}`, [
        rangeTile(ledger, state, days),
        rateTile(ledger, days),
        monthTile(data, ledger),
      ]),
    ),
    costBars(data, {
      id: `cost-${String(index)}`,
      subject: title,
      costs: ledger.costs,
      days,
      isKnown: (day) => isCovered(ledger, day),
      budgetPerDay:
        data.budget === null ? null : data.budget / Number(lastDayOfMonth(data.today).slice(8, 10)),
    }),
    h(
      'div.lists',
      barList('Models', 'models', modelBars(data, ledger.costs, days)),
      ledger.agents.length > 0 &&
        barList(
          'Agents',
          'agents',
          ledger.agents.flatMap(({ title: label, costs }) => usedBar(label, costs, days)),
        ),
      isLocal && barList('Projects', 'projects', projectBars(data, state, days)),
    ),
  );
}

function rangeTile(ledger: PageLedger, { range }: PageState, days: Days): Tile {
  const cost = ledgerCost(ledger, days);
  const before = ledgerCost(ledger, daysBefore(days));
  const uncovered = range === 'all' ? 0 : countUncovered(ledger, days);
  const isComparable = uncovered === 0 && countUncovered(ledger, daysBefore(days)) === 0;
  const listPrice = ledger.listPrices === undefined ? null : sumCosts(ledger.listPrices, days);
  return {
    name: range === 'all' ? 'Cost, all days' : `Cost in ${ranges[range]}`,
    value: cost === null ? 'unknown' : dollarsOf(cost),
    micros: cost,
    notes: [
      cost !== null && before !== null && isComparable && range !== 'all'
        ? `${changeText(cost - before)} compared with the ${ranges[range]} before`
        : null,
      uncovered === 0 ? null : `${countOf(uncovered, 'day')} unknown`,
      listPrice === null ? null : `flat rate: list price ${dollarsOf(listPrice)}, not spent`,
    ],
  };
}

/** The mean of the covered days before today, which is not over. */
function rateTile(ledger: PageLedger, days: Days): Tile {
  const past = { from: days.from, to: days.to - 1 };
  const known = lengthOf(past) - countUncovered(ledger, past);
  const cost = ledgerCost(ledger, past);
  return {
    name: 'Per day',
    value: cost === null || known === 0 ? 'unknown' : dollarsOf(cost / known),
    notes: [known === 0 ? null : `mean of ${countOf(known, 'known day')} before today`],
  };
}

function monthTile({ today, budget }: PageData, { month }: PageLedger): Tile {
  const { costUsd, forecastUsd, budgetUsed, budgetForecast, budgetReachedOn } = month;
  const { uncoveredDays, unpricedModels } = month;
  const share = budgetForecast === null ? '' : ` (${percent(budgetForecast, 0)})`;
  return {
    name: `${longMonth(today)} so far`,
    value: costUsd === null ? 'unknown' : dollars(costUsd),
    extra: budgetUsed === null ? null : meter(budgetUsed, budgetForecast),
    notes: [
      budget === null
        ? 'no budget set'
        : budgetUsed === null
          ? `budget ${dollars(budget)}`
          : `${percent(budgetUsed, 0)} of the budget of ${dollars(budget)}`,
      uncoveredDays === 0 ? null : `${countOf(uncoveredDays, 'day')} unknown`,
      unpricedModels.length === 0
        ? null
        : `${countOf(unpricedModels.length, 'model')} without a price`,
      forecastUsd === null
        ? 'no forecast: too few days are known'
        : `forecast ${dollars(forecastUsd)}${share}`,
      budgetReachedOn === null
        ? null
        : `budget ${budgetReachedOn < today ? 'used up on' : 'lasts until'} ${shortDay(budgetReachedOn)}`,
    ],
  };
}

/** Draws the used part of the budget and a mark at the forecast. */
function meter(used: number, forecast: number | null): PageElement {
  const level = used > 100 ? 'bad' : (forecast ?? 0) > 100 ? 'warn' : 's1';
  return h(
    'svg.meter',
    { viewBox: '0 0 200 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    h('rect.track', { width: 200, height: 8 }),
    h('rect', { class: level, width: round1(Math.min(100, used) * 2), height: 8 }),
    forecast !== null &&
      h('rect.mark', { x: round1(Math.min(99, forecast) * 2), width: 2, height: 8 }),
  );
}

function unpricedModels(data: PageData, { costs }: PageLedger, days: Days): readonly string[] {
  const unpriced = costsIn(costs, days).filter(({ micros }) => micros === null);
  const models = new Set(unpriced.map(({ model }) => model));
  return [...models].map((model) => data.models[model] ?? '').sort();
}

/** Returns a bar for each model that was used in a range. */
export function modelBars(data: PageData, costs: Costs, days: Days): readonly Bar[] {
  const sums = new Map<number, number | null>();
  for (const { model, micros } of costsIn(costs, days)) {
    sums.set(model, addKnown(sums.get(model) ?? null, micros));
  }
  return [...sums].map(([model, micros]) => ({ label: data.models[model] ?? '', micros }));
}

function usedBar(label: string, costs: Costs, days: Days): readonly Bar[] {
  const isUsed = costsIn(costs, days).length > 0;
  return isUsed ? [{ label, micros: sumCosts(costs, days) }] : [];
}

/** Returns a bar for each project, and for each directory outside of all projects. */
function projectBars(data: PageData, state: PageState, days: Days): readonly Bar[] {
  const projects = (data.projects ?? []).flatMap(({ id, name, costs = [] }) =>
    usedBar(name, costs, days).map((bar) => ({
      ...bar,
      href: toFragment({ ...state, project: id }),
    })),
  );
  return [
    ...projects,
    ...data.outside.flatMap(({ path, costs }) => usedBar(lastPart(path), costs, days)),
  ];
}

const lastPart = (path: string): string =>
  path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
