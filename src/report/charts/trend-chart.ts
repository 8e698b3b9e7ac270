import type { Day } from '../../schema/timestamp.ts';
import { dayHint, daysAcross, monthAxis, valueAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { longDay } from '../format-values.ts';
import { html, nothing, type Html } from '../html-template.ts';
import { at, niceScale, padded } from './scale.ts';

/** What a day says; its value is null when it is not known. */
export interface TrendDay {
  readonly date: Day;
  readonly value: number | null;
  /** What else the table and a pointer tell of the day. */
  readonly note: string;
}

const width = 520;
const height = 200;
const plot: Plot = { left: 52, right: 516, top: 10, bottom: 172 };

/** A line over the days, broken where nothing is known. */
export function trendChart(options: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly color: string;
  readonly dates: readonly Day[];
  readonly points: readonly TrendDay[];
  readonly limits: { readonly min: number; readonly max: number; readonly least: number };
  /** Whether values are whole numbers. */
  readonly isCounted: boolean;
  readonly label: (value: number) => string;
  readonly noteHead: string;
}): Html {
  const { id, title, description, color, dates, points, limits, isCounted, label, noteHead } =
    options;
  const days = daysAcross(dates, plot);
  const byDate = new Map(points.map((point) => [point.date, point]));
  const last = points.findLast(({ value }) => value !== null);
  if (last?.value == null) return noChart(title);
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const range = padded(values, limits);
  const scale = niceScale(range, { start: plot.bottom, end: plot.top }, { count: 3, isCounted });
  const line = dates
    .map((date, index) => {
      const value = byDate.get(date)?.value ?? null;
      if (value === null) return '';
      const before = byDate.get(dates[index - 1] ?? '')?.value ?? null;
      const place = `${String(at(days.x(index) + days.width / 2))} ${String(at(scale.place(value)))}`;
      // A point without neighbours is a line of no length, whose round ends make a dot.
      return before === null ? `M${place}h0` : `L${place}`;
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
        cx="${at(days.x(dates.indexOf(last.date)) + days.width / 2)}"
        cy="${at(scale.place(last.value))}"
        r="3.5"
      />${dates.map((date, index) => {
        const point = byDate.get(date);
        if (point === undefined || point.value === null) return nothing;
        const text = `${longDay(date)}: ${label(point.value)} (${point.note})`;
        return dayHint(days, plot, index, text);
      })}`,
    table: {
      head: ['Day', title, noteHead],
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
    <p class="muted">Nothing is known yet.</p>
  </div>`;
