import type { Day } from '../../contract/instant.ts';
import { dayHint, daysAcross, monthAxis, valueAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { longDay } from './format.ts';
import { html, nothing, type Html } from './html.ts';
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
  readonly label: (value: number) => string;
  readonly noteHead: string;
}): Html {
  const { id, title, description, color, dates, points, limits, label, noteHead } = options;
  const days = daysAcross(dates, plot);
  const byDate = new Map(points.map((point) => [point.date, point]));
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const range = padded(values, limits);
  const scale = niceScale(range, { start: plot.bottom, end: plot.top }, 3);
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
