import type { Day } from '../../schema/timestamp.ts';
import { html, type Html } from '../html-template.ts';
import { round1, type Scale } from './scale.ts';
import { shortMonth } from '../format-values.ts';

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Draws grid lines with labels on the side that has room. */
export function valueAxis(scale: Scale, plot: Plot, label: (value: number) => string): Html {
  const isLeft = plot.left > 20;
  const x = isLeft ? plot.left - 6 : plot.right + 6;
  return html`<g class="axis">
    ${scale.ticks.map((tick) => {
      const y = round1(scale.position(tick));
      return html`<path d="M${plot.left} ${y}H${plot.right}" />
        <text x="${x}" y="${round1(y + 4)}" text-anchor="${isLeft ? 'end' : 'start'}"
          >${label(tick)}</text
        >`;
    })}
  </g>`;
}

/** The horizontal layout of consecutive days, the oldest first. */
export interface DayLayout {
  readonly dates: readonly Day[];
  /** Returns the left edge of a day. */
  readonly x: (index: number) => number;
  readonly width: number;
}

export function layOutDays(dates: readonly Day[], plot: Plot): DayLayout {
  const width = (plot.right - plot.left) / Math.max(1, dates.length);
  return { dates, width, x: (index) => plot.left + index * width };
}

/** Draws month names below the plot, except for a month that is too narrow. */
export function monthAxis({ dates, x, width }: DayLayout, plot: Plot): Html {
  const starts = dates.flatMap((date, index) =>
    index === 0 || date.endsWith('-01') ? [{ date, index }] : [],
  );
  return html`<g class="axis"
    >${starts.map(({ date, index }, nth) => {
      const next = starts[nth + 1]?.index ?? dates.length;
      const isNarrow = (next - index) * width < 30;
      const year = date.slice(5, 7) === '01' || nth === 0 ? ` ${date.slice(0, 4)}` : '';
      const name = (next - index) * width < 64 ? shortMonth(date) : `${shortMonth(date)}${year}`;
      return html`<path
          d="M${round1(x(index))} ${plot.bottom}v5"
        />${isNarrow ? '' : html`<text x="${round1(x(index) + 3)}" y="${plot.bottom + 17}">${name}</text>`}`;
    })}</g
  >`;
}

/** Draws an invisible rectangle over a day with a tooltip. */
export const dayTooltip = (
  { x, width }: DayLayout,
  plot: Plot,
  index: number,
  text: string,
): Html =>
  html`<rect
    class="hint"
    x="${round1(x(index))}"
    y="${plot.top}"
    width="${round1(width)}"
    height="${plot.bottom - plot.top}"
    ><title>${text}</title></rect
  >`;
