import { longDay } from '../../format-values.ts';
import type { PageData } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import { dateOf, lengthOf, type Days } from '../model.ts';
import { dateAxis, dayTip, layOutDays, valueAxis, type Plot } from './axes.ts';
import { figure } from './figure.ts';
import { niceScale, paddedRange, round1 } from './scale.ts';

/** The value of a day; null if unknown. */
export interface LinePoint {
  readonly day: number;
  readonly value: number | null;
  /** Shown in the tooltip and the data table. */
  readonly note: string;
}

const width = 520;
const height = 190;
const plot: Plot = { left: 2, right: width - 48, top: 10, bottom: height - 26 };

/** Draws a line over days, interrupted at unknown values. */
export function lineChart(
  data: PageData,
  options: {
    readonly id: string;
    readonly title: string;
    readonly subject?: string;
    readonly description: string;
    readonly color: string;
    readonly days: Days;
    readonly points: readonly LinePoint[];
    readonly limits: { readonly min: number; readonly max: number; readonly least: number };
    /** Whether values are integers. */
    readonly isCounted: boolean;
    readonly label: (value: number) => string;
    readonly noteHeader: string;
  },
): PageElement {
  const { id, title, subject, description, color, days, points, limits, isCounted, label } =
    options;
  const shown = points.filter(({ day }) => day >= days.from && day <= days.to);
  const last = shown.findLast(({ value }) => value !== null);
  if (last?.value == null) {
    return h('div.chart', h('h3', title), h('p.muted', 'No data in this range.'));
  }
  const dates = Array.from({ length: lengthOf(days) }, (_, at) => dateOf(data, days.from + at));
  const layout = layOutDays(dates, plot);
  const values = shown.flatMap(({ value }) => (value === null ? [] : [value]));
  const scale = niceScale(
    paddedRange(values, limits),
    { start: plot.bottom, end: plot.top },
    { count: 3, isCounted },
  );
  const byDay = new Map(shown.map((point) => [point.day, point.value]));
  const at = (day: number): number => round1(layout.x(day - days.from) + layout.width / 2);
  const line = shown
    .map(({ day, value }) => {
      if (value === null) return '';
      const point = `${String(at(day))} ${String(round1(scale.position(value)))}`;
      // A line of length 0 with round caps draws a dot for a point without neighbours.
      return (byDay.get(day - 1) ?? null) === null ? `M${point}h0` : `L${point}`;
    })
    .join('');
  return figure({
    ...{ id, title, description, width, height },
    ...(subject === undefined ? {} : { subject }),
    body: [
      valueAxis(scale, plot, label),
      dateAxis(layout, plot),
      h('path', { class: `line ${color}`, d: line }),
      h('circle', {
        class: color,
        cx: at(last.day),
        cy: round1(scale.position(last.value)),
        r: 3.5,
      }),
      shown.map(({ day, value, note }) =>
        value === null
          ? null
          : dayTip(
              layout,
              plot,
              day - days.from,
              `${longDay(dateOf(data, day))} · ${label(value)} · ${note}`,
            ),
      ),
    ],
    table: {
      header: ['Day', title, options.noteHeader],
      rows: shown
        .map(({ day, value, note }) => [
          dateOf(data, day),
          value === null ? 'unknown' : label(value),
          note,
        ])
        .toReversed(),
    },
  });
}
