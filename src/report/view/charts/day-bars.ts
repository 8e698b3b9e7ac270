import type { Day } from '../../../schema/timestamp.ts';
import { longDay } from '../../format-values.ts';
import type { PageData } from '../../page-data.ts';
import { h, type Content, type PageElement } from '../element.ts';
import { dateOf, lengthOf, type Days } from '../model.ts';
import { dateAxis, dayTip, layOutDays, valueAxis, type Plot } from './axes.ts';
import { figure, type Figure } from './figure.ts';
import { niceScale, round1 } from './scale.ts';

/** A day, or the seven days from it on. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly date: Day;
}

/** More days are drawn as weeks. */
const maxDays = 200;

/** Returns the days of a range, or its weeks if there are many; the last one ends with the range. */
export function bucketsOf(data: PageData, days: Days): readonly Bucket[] {
  const length = lengthOf(days);
  const size = length > maxDays ? 7 : 1;
  return Array.from({ length: Math.ceil(length / size) }, (_, index) => {
    const to = days.to - (Math.ceil(length / size) - 1 - index) * size;
    const from = Math.max(days.from, to - size + 1);
    return { from, to, date: dateOf(data, from) };
  });
}

export const bucketName = (data: PageData, { from, to, date }: Bucket): string =>
  from === to ? longDay(date) : `${longDay(date)} to ${longDay(dateOf(data, to))}`;

/** A layer of stacked bars: a value for each bucket. */
export interface Layer {
  readonly label: string;
  readonly color: string;
  readonly values: readonly number[];
}

const width = 1060;

/** Draws stacked bars per day. */
export function dayBars(
  options: Pick<Figure, 'id' | 'title' | 'description' | 'table'> & {
    readonly subject?: string;
    readonly buckets: readonly Bucket[];
    readonly layers: readonly Layer[];
    /** Whether a bucket is unknown. */
    readonly unknown: readonly boolean[];
    readonly tips: readonly string[];
    readonly label: (value: number) => string;
    readonly isCounted?: boolean;
    readonly height?: number;
    readonly line?: { readonly value: number; readonly label: string } | null;
    readonly isLegendShown?: boolean;
  },
): PageElement {
  const {
    buckets,
    layers,
    unknown,
    tips,
    label,
    isCounted = false,
    height = 220,
    line = null,
  } = options;
  const plot: Plot = { left: 2, right: width - 54, top: 10, bottom: height - 26 };
  const days = layOutDays(
    buckets.map(({ date }) => date),
    plot,
  );
  const sums = buckets.map((_, at) =>
    layers.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  );
  const most = Math.max(...sums, isCounted ? 1 : 0.01);
  // A line far above the bars would flatten them.
  const isFar = (line?.value ?? 0) > most * 2;
  const high = Math.max(most, isFar ? 0 : (line?.value ?? 0));
  const scale = niceScale(
    { low: 0, high },
    { start: plot.bottom, end: plot.top },
    { count: 3, isCounted },
  );
  const gap = days.width > 6 ? 0.2 : 0.1;
  const bars = layers.map(({ color }, layer) => {
    const path = buckets.map((_, at) => {
      const from = layers.slice(0, layer).reduce((sum, { values }) => sum + (values[at] ?? 0), 0);
      const to = from + (layers[layer]?.values[at] ?? 0);
      if (to <= from) return '';
      const [y, bottom] = [round1(scale.position(to)), round1(scale.position(from))];
      const x = round1(days.x(at) + (days.width * gap) / 2);
      return `M${String(x)} ${String(bottom)}V${String(y)}h${String(round1(days.width * (1 - gap)))}V${String(bottom)}z`;
    });
    return h('path', { class: color, d: path.join('') });
  });
  const gaps: Content = unknown.map((isUnknown, at) =>
    isUnknown
      ? h('rect.gap', {
          x: round1(days.x(at)),
          y: plot.top,
          width: round1(days.width),
          height: plot.bottom - plot.top,
        })
      : null,
  );
  const { id, title, description, subject, table, isLegendShown = true } = options;
  return figure({
    ...{ id, title, description, table, width, height, wide: true },
    ...(subject === undefined ? {} : { subject }),
    legend: [
      ...(isLegendShown ? layers : []).map((layer) => ({ label: layer.label, color: layer.color })),
      ...(line === null
        ? []
        : [{ label: isFar ? `${line.label} (above the chart)` : line.label, color: 'budget' }]),
      ...(unknown.includes(true) ? [{ label: 'unknown', color: 'gap' }] : []),
    ],
    body: [
      gaps,
      valueAxis(scale, plot, label),
      dateAxis(days, plot),
      bars,
      line === null || isFar
        ? null
        : h('path.budget', {
            d: `M${String(plot.left)} ${String(round1(scale.position(line.value)))}H${String(plot.right)}`,
          }),
      tips.map((tip, at) => dayTip(days, plot, at, tip)),
    ],
  });
}
