import type { UsageSource } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import { valueAxis, type Plot } from './axes.ts';
import { axisDollars } from './cost-chart.ts';
import { figure } from './figure.ts';
import { countOf, dollars, longMonth, percent, shortDay } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { round1, niceScale } from './scale.ts';
import { monthOf } from '../../util/dates.ts';

const width = 360;
const height = 220;
const plot: Plot = { left: 52, right: 352, top: 12, bottom: 192 };

/** Draws the cumulative cost of this month, its forecast and the budget. */
export function monthChart(
  source: UsageSource,
  options: {
    readonly id: string;
    readonly subject: string;
    readonly today: Day;
    readonly lastDay: Day;
    readonly budget: number | null;
  },
): Html {
  const { id, subject, today, lastDay, budget } = options;
  const { costUsd, forecastUsd, budgetUsed, budgetForecast, budgetReachedOn } = source.month;
  const { uncoveredDays } = source.month;
  const spent = Number(costUsd ?? 0);
  const month = monthOf(today);
  const days = Number(lastDay.slice(8, 10));
  const sums = costUsd === null ? [] : runningSums(source, month);
  const known = new Set<string>(
    source.daily.filter(({ covered }) => covered).map(({ date }) => date),
  );
  const high = Math.max(spent, Number(forecastUsd ?? 0), budget ?? 0, 0.01);
  const scale = niceScale({ low: 0, high: high * 1.02 }, { start: plot.bottom, end: plot.top });
  const x = (day: number): number => round1(plot.left + (day / days) * (plot.right - plot.left));
  const points = sums.map(
    (sum, index) => `L${String(x(index + 1))} ${String(round1(scale.position(sum)))}`,
  );
  const line = `M${String(x(0))} ${String(plot.bottom)}${points.join('')}`;
  const end = { x: x(sums.length), y: round1(scale.position(spent)) };
  const ticks = [1, 10, 20, days];
  const parts = [
    `${dollars(costUsd)} so far`,
    ...(uncoveredDays === 0 ? [] : [`${countOf(uncoveredDays, 'day')} unknown`]),
    ...(forecastUsd === null ? [] : [`${dollars(forecastUsd)} forecast for the end of the month`]),
    ...(budget === null || budgetUsed === null
      ? []
      : [`${percent(budgetUsed, 0)} of ${dollars(budget)} used`]),
    ...(budgetReachedOn === null
      ? []
      : [
          `budget ${budgetReachedOn < today ? 'used up on' : 'lasts until'} ${shortDay(budgetReachedOn)}`,
        ]),
  ];
  const overBudget = (budgetForecast ?? budgetUsed ?? 0) > 100;
  return figure({
    id,
    title: `${longMonth(month)} so far`,
    subject,
    description: `${parts.join(', ')}.`,
    width,
    height,
    legend: [
      { label: 'spent', color: 's1' },
      ...(forecastUsd === null ? [] : [{ label: 'forecast', color: 'forecast' }]),
      ...(budget === null ? [] : [{ label: 'budget', color: 'budget' }]),
    ],
    body: html`${valueAxis(scale, plot, axisDollars)}<g class="axis"
        >${ticks.map(
          (day) =>
            html`<path d="M${x(day)} ${plot.bottom}v4" /><text
                x="${x(day)}"
                y="${plot.bottom + 17}"
                text-anchor="${day === days ? 'end' : 'middle'}"
                >${day}</text
              >`,
        )}</g
      ><path class="area s1" d="${line}V${plot.bottom}z" /><path class="line s1" d="${line}" />${
        forecastUsd === null
          ? emptyHtml
          : html`<path
              class="forecast"
              d="M${end.x} ${end.y}L${x(days)} ${round1(scale.position(Number(forecastUsd)))}"
            />`
      }${
        budget === null
          ? emptyHtml
          : html`<path
              class="${overBudget ? 'budget over' : 'budget'}"
              d="M${plot.left} ${round1(scale.position(budget))}H${plot.right}"
            />`
      }<circle class="s1" cx="${end.x}" cy="${end.y}" r="4" />`,
    table: {
      header: ['Day', 'Cumulative cost'],
      rows: [
        ...sums.map((sum, index) => {
          const day = dayOf(month, index);
          return [day, dollars(known.has(day) ? sum : null)];
        }),
        ...(forecastUsd === null ? [] : [[`${lastDay} (forecast)`, dollars(forecastUsd)]]),
      ],
    },
  });
}

const dayOf = (month: string, index: number): string =>
  `${month}-${String(index + 1).padStart(2, '0')}`;

/** Returns the cumulative cost of each day of the month up to the last covered one. */
function runningSums(source: UsageSource, month: string): readonly number[] {
  const days = source.daily.filter(({ date }) => monthOf(date) === month);
  const last = days.findLast(({ covered }) => covered)?.date ?? '';
  const costs = new Map(days.map(({ date, costUsd }) => [date, Number(costUsd ?? 0)]));
  let sum = 0;
  return Array.from({ length: Number(last.slice(8, 10)) }, (_, index) => {
    sum += costs.get(dayOf(month, index)) ?? 0;
    return sum;
  });
}
