import type { Day } from '../../../schema/timestamp.ts';
import { shortDay, shortMonth } from '../../format-values.ts';
import { h, type PageElement } from '../element.ts';
import { round1, type Scale } from './scale.ts';

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Draws grid lines with labels on the right, at the latest days: phones scroll to that end first. */
export const valueAxis = (
  scale: Scale,
  plot: Plot,
  label: (value: number) => string,
): PageElement =>
  h(
    'g.axis',
    scale.ticks.map((tick) => {
      const y = round1(scale.position(tick));
      return [
        h('path', { d: `M${String(plot.left)} ${String(y)}H${String(plot.right)}` }),
        h('text', { x: plot.right + 6, y: round1(y + 4) }, label(tick)),
      ];
    }),
  );

/** The horizontal layout of consecutive days or weeks, the oldest first. */
export interface DayLayout {
  /** The first days. */
  readonly dates: readonly Day[];
  /** Returns the left edge of a day. */
  readonly x: (index: number) => number;
  readonly width: number;
}

export function layOutDays(dates: readonly Day[], plot: Plot): DayLayout {
  const width = (plot.right - plot.left) / Math.max(1, dates.length);
  return { dates, width, x: (index) => plot.left + index * width };
}

/** The minimum distance of two labels. */
const labelWidth = 64;

/** Draws dates below the plot: months, or days if there are few. */
export function dateAxis({ dates, x, width }: DayLayout, plot: Plot): PageElement {
  const spansMonths = dates.length * width > 0 && dates.length > 45;
  const every = Math.max(1, Math.ceil(labelWidth / width));
  const labels = dates.flatMap((date, index) => {
    if (!spansMonths) {
      return (dates.length - 1 - index) % every === 0 && x(index) < plot.right - 30
        ? [{ index, text: shortDay(date) }]
        : [];
    }
    const isNew = index > 0 && date.slice(0, 7) !== dates[index - 1]?.slice(0, 7);
    const text = date.slice(5, 7) === '01' ? date.slice(0, 4) : shortMonth(date);
    return isNew && x(index) < plot.right - 24 ? [{ index, text }] : [];
  });
  const isCrowded = spansMonths && labels.length > 14;
  return h(
    'g.axis',
    labels
      .filter((_, nth) => !isCrowded || nth % Math.ceil(labels.length / 12) === 0)
      .map(({ index, text }) => [
        h('path', { d: `M${String(round1(x(index)))} ${String(plot.bottom)}v4` }),
        h('text', { x: round1(x(index)), y: plot.bottom + 16 }, text),
      ]),
  );
}

/** Draws an invisible area over a day that shows a tooltip. */
export const dayTip = (
  { x, width }: DayLayout,
  plot: Plot,
  index: number,
  text: string,
): PageElement =>
  h('rect.hint', {
    x: round1(x(index)),
    y: plot.top,
    width: round1(width),
    height: plot.bottom - plot.top,
    'data-tip': text,
  });
