import type { Day } from '../../schema/timestamp.ts';
import { dayTooltip, layOutDays, monthAxis, valueAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { longDay } from '../format-values.ts';
import { html, emptyHtml, type Html } from '../html-template.ts';
import { round1, niceScale, paddedRange } from './scale.ts';

/** The value of a day; null if unknown. */
export interface TrendDay {
  readonly date: Day;
  readonly value: number | null;
  /** Shown in the data table and the tooltip. */
  readonly note: string;
}

const width = 520;
const height = 200;
const plot: Plot = { left: 52, right: 516, top: 10, bottom: 172 };

/** Draws a line over days, interrupted at unknown values. */
export function trendChart(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly color: string;
  readonly dates: readonly Day[];
  readonly points: readonly TrendDay[];
  readonly limits: { readonly min: number; readonly max: number; readonly least: number };
  /** Whether values are integers. */
  readonly isCounted: boolean;
  readonly label: (value: number) => string;
  readonly noteHeader: string;
}): Html {
  const { id, title, description, color, dates, points, limits, isCounted, label, noteHeader } =
    options;
  const days = layOutDays(dates, plot);
  const byDate = new Map(points.map((point) => [point.date, point]));
  const last = points.findLast(({ value }) => value !== null);
  if (last?.value == null) return noChart(title);
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const range = paddedRange(values, limits);
  const scale = niceScale(range, { start: plot.bottom, end: plot.top }, { count: 3, isCounted });
  const line = dates
    .map((date, index) => {
      const value = byDate.get(date)?.value ?? null;
      if (value === null) return '';
      const before = byDate.get(dates[index - 1] ?? '')?.value ?? null;
      const point = `${String(round1(days.x(index) + days.width / 2))} ${String(round1(scale.position(value)))}`;
      // A line of length 0 with round caps draws a dot for a point without neighbours.
      return before === null ? `M${point}h0` : `L${point}`;
    })
    .join('');
  return figure({
    id,
    title,
    description,
    width,
    height,
    body: html`${valueAxis(scale, plot, label)}${monthAxis(days, plot)}<path
        class="line ${color}"
        d="${{ markup: line }}"
      /><circle
        class="${color}"
        cx="${round1(days.x(dates.indexOf(last.date)) + days.width / 2)}"
        cy="${round1(scale.position(last.value))}"
        r="3.5"
      />${dates.map((date, index) => {
        const point = byDate.get(date);
        if (point === undefined || point.value === null) return emptyHtml;
        const text = `${longDay(date)}: ${label(point.value)} (${point.note})`;
        return dayTooltip(days, plot, index, text);
      })}`,
    table: {
      header: ['Day', title, noteHeader],
      rows: points.map(({ date, value, note }) => [
        date,
        value === null ? '–' : label(value),
        note,
      ]),
    },
  });
}

const noChart = (title: string): Html =>
  html`<div class="chart">
    <h3>${title}</h3>
    <p class="muted">No data yet.</p>
  </div>`;
