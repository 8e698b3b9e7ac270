import type { Day } from '../../schema/timestamp.ts';
import { html, type Html } from '../html-template.ts';
import { at, type Scale } from './scale.ts';
import { shortMonth } from '../format-values.ts';

/** The part of a picture in which values are drawn. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Lines across the plot with their values beside it, on the side that has room. */
export function valueAxis(scale: Scale, plot: Plot, label: (value: number) => string): Html {
  const isLeft = plot.left > 20;
  const x = isLeft ? plot.left - 6 : plot.right + 6;
  return html`<g class="axis">
    ${scale.ticks.map((tick) => {
      const y = at(scale.place(tick));
      return html`<path d="M${plot.left} ${y}H${plot.right}" />
        <text x="${x}" y="${at(y + 4)}" text-anchor="${isLeft ? 'end' : 'start'}"
          >${label(tick)}</text
        >`;
    })}
  </g>`;
}

/** The days of a chart, the oldest first, without holes. */
export interface Days {
  readonly dates: readonly Day[];
  /** Left edge of a day. */
  readonly x: (index: number) => number;
  readonly width: number;
}

export function daysAcross(dates: readonly Day[], plot: Plot): Days {
  const width = (plot.right - plot.left) / Math.max(1, dates.length);
  return { dates, width, x: (index) => plot.left + index * width };
}

/** The names of the months below the plot; a month of which little is seen has none. */
export function monthAxis({ dates, x, width }: Days, plot: Plot): Html {
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
          d="M${at(x(index))} ${plot.bottom}v5"
        />${isNarrow ? '' : html`<text x="${at(x(index) + 3)}" y="${plot.bottom + 17}">${name}</text>`}`;
    })}</g
  >`;
}

/** What a pointer over a day tells. */
export const dayHint = ({ x, width }: Days, plot: Plot, index: number, text: string): Html =>
  html`<rect
    class="hint"
    x="${at(x(index))}"
    y="${plot.top}"
    width="${at(width)}"
    height="${plot.bottom - plot.top}"
    ><title>${text}</title></rect
  >`;
