import type { CostDay, UsageSource } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import { dayTooltip, layOutDays, monthAxis, valueAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { dollars, longDay, shortDay } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { round1, niceScale } from './scale.ts';

const width = 960;
const height = 230;
/** Labels are on the right, at the latest days: phones scroll to that end first. */
const plot: Plot = { left: 4, right: 906, top: 10, bottom: 202 };
/** Models with their own colour; the others share the last colour. */
const shownModels = 5;

/** Draws the cost per day, stacked by model, with the budget per day. */
export function costChart(
  source: UsageSource,
  options: {
    readonly id: string;
    readonly subject: string;
    readonly dates: readonly Day[];
    readonly budgetPerDay: number | null;
  },
): Html {
  const { id, subject, dates, budgetPerDay } = options;
  const days = layOutDays(dates, plot);
  const byDate = new Map(source.daily.map((one) => [one.date, one]));
  const models = modelsByCost(source.daily);
  const shown = models.slice(0, shownModels);
  const hasOthers = models.length > shown.length;
  const costs = dates.map((date) => Number(byDate.get(date)?.costUsd ?? 0));
  const most = Math.max(...costs, 0.01);
  // A budget far above the costs would flatten the bars.
  const isBudgetFar = (budgetPerDay ?? 0) > most * 2;
  const line = isBudgetFar ? null : budgetPerDay;
  const high = Math.max(most, line ?? 0);
  const scale = niceScale({ low: 0, high }, { start: plot.bottom, end: plot.top });
  const stacks = dates.map((date) => stackOf(byDate.get(date), shown));
  const layers = [...shown, ...(hasOthers ? [null] : [])].map((_, layer) => {
    const bars = stacks.map((stack, index) => {
      const [from = 0, to = 0] = [layer === 0 ? 0 : stack[layer - 1], stack[layer]];
      if (to <= from) return '';
      const x = round1(days.x(index) + days.width * 0.12);
      const [y, bottom] = [round1(scale.position(to)), round1(scale.position(from))];
      return `M${String(x)} ${String(bottom)}V${String(y)}h${String(round1(days.width * 0.76))}V${String(bottom)}z`;
    });
    return html`<path class="${colorOf(layer)}" d="${{ markup: bars.join('') }}" />`;
  });
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const used = source.daily.filter(({ costUsd }) => Number(costUsd ?? 0) > 0);
  const unknownDays = dates.flatMap((date, index) =>
    byDate.get(date)?.covered === true ? [] : [{ date, index }],
  );
  return figure({
    id,
    title: 'Cost per day',
    subject,
    description: `${dollars(total)} from ${shortDay(dates[0] ?? '')} to ${shortDay(dates.at(-1) ?? '')}, ${peakText(used)}.`,
    width,
    height,
    legend: [
      ...shown.map((label, index) => ({ label, color: colorOf(index) })),
      ...(hasOthers ? [{ label: 'other models', color: colorOf(shownModels) }] : []),
      ...(budgetPerDay === null
        ? []
        : [
            {
              label: `budget, ${dollars(budgetPerDay)} per day${isBudgetFar ? ' (above the chart)' : ''}`,
              color: 'budget',
            },
          ]),
      ...(unknownDays.length === 0 ? [] : [{ label: 'unknown', color: 'none' }]),
    ],
    body: html`${unknownDays.map(
      ({ index }) =>
        html`<rect
          class="none"
          x="${round1(days.x(index))}"
          y="${plot.top}"
          width="${round1(days.width)}"
          height="${plot.bottom - plot.top}"
        />`,
    )}${valueAxis(scale, plot, axisDollars)}${monthAxis(days, plot)}${layers}${
      line === null
        ? emptyHtml
        : html`<path
            class="budget"
            d="M${plot.left} ${round1(scale.position(line))}H${plot.right}"
          />`
    }${dates.map((date, index) => {
      const one = byDate.get(date) ?? { date, covered: false, costUsd: null, models: [] };
      return dayTooltip(days, plot, index, tooltipOf(one));
    })}`,
    table: {
      header: ['Day', 'Cost', 'By model'],
      rows: source.daily.map(({ date, covered, costUsd, models: ofDay }) => [
        date,
        covered ? dollars(costUsd) : 'unknown',
        ofDay.map((one) => `${one.model} ${dollars(one.costUsd)}`).join(', '),
      ]),
    },
  });
}

export const colorOf = (layer: number): string => `s${String(Math.min(layer, shownModels) + 1)}`;

/** Formats a tick, with cents only if needed. */
export const axisDollars = (value: number): string =>
  value === 0 || value >= 10 || Number.isInteger(value)
    ? dollars(value).replace(/\.00$/, '')
    : dollars(value);

function modelsByCost(daily: readonly CostDay[]): readonly string[] {
  const costs = new Map<string, number>();
  for (const { models } of daily) {
    for (const { model, costUsd } of models) {
      costs.set(model, (costs.get(model) ?? 0) + Number(costUsd));
    }
  }
  return [...costs]
    .sort(([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1))
    .map(([model]) => model);
}

/** Returns the upper edges of the layers of a day in US dollars. */
function stackOf(day: CostDay | undefined, shown: readonly string[]): readonly number[] {
  const edges: number[] = [];
  let sum = 0;
  for (const model of shown) {
    sum += Number(day?.models.find((one) => one.model === model)?.costUsd ?? 0);
    edges.push(sum);
  }
  edges.push(Number(day?.costUsd ?? 0));
  return edges;
}

function tooltipOf({ date, covered, costUsd, models }: CostDay): string {
  if (!covered) return `${longDay(date)}: unknown`;
  const parts = models.slice(0, 3).map((one) => `${one.model} ${dollars(one.costUsd)}`);
  return `${longDay(date)}: ${dollars(costUsd)}${parts.length > 1 ? ` (${parts.join(', ')})` : ''}`;
}

function peakText(days: readonly CostDay[]): string {
  const peak = days.reduce<CostDay | null>(
    (one, other) => (one !== null && Number(one.costUsd) >= Number(other.costUsd) ? one : other),
    null,
  );
  return peak === null
    ? 'no cost'
    : `highest on ${shortDay(peak.date)} with ${dollars(peak.costUsd)}`;
}
