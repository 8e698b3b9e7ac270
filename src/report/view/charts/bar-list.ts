import { dollarsOf, percent } from '../../format-values.ts';
import { h, type Content, type PageElement } from '../element.ts';
import { round1 } from './scale.ts';

/** A bar; the cost in microdollars is null if unknown. */
export interface Bar {
  readonly label: string;
  readonly micros: number | null;
  /** Where the label links to. */
  readonly href?: string;
}

const shownBars = 8;

/** Draws costs as a list with bars, the most expensive first. */
export function barList(title: string, unit: string, bars: readonly Bar[]): PageElement {
  const sorted = bars.toSorted((one, other) => (other.micros ?? -1) - (one.micros ?? -1));
  const total = sorted.reduce((sum, { micros }) => sum + (micros ?? 0), 0);
  const most = Math.max(sorted[0]?.micros ?? 0, 1);
  const hidden = sorted.slice(shownBars);
  const rest = hidden.reduce((sum, { micros }) => sum + (micros ?? 0), 0);
  const row = ({ label, micros, href }: Bar): PageElement =>
    h(
      'li',
      h('span.label', href === undefined ? label : h('a', { href }, label)),
      h('span.value', micros === null ? 'unknown' : dollarsOf(micros)),
      h('span.share', micros === null || total === 0 ? '' : percent((micros / total) * 100, 0)),
      h(
        'svg',
        { viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        h('rect.track', { width: 100, height: 4 }),
        h('rect.s1', {
          width: round1(Math.max(0, ((micros ?? 0) / most) * 100)),
          height: 4,
        }),
      ),
    );
  const body: Content =
    sorted.length === 0
      ? h('p.muted', 'No usage in this range.')
      : h(
          'ol.bars',
          sorted.slice(0, shownBars).map(row),
          hidden.length > 0 &&
            h(
              'li.rest',
              h('span.label', `${String(hidden.length)} more ${unit}`),
              h('span.value', dollarsOf(rest)),
            ),
        );
  return h('div.chart', h('h3', title), body);
}
