import { h, type PageElement } from '../element.ts';
import { costsIn, lengthOf, type Days } from '../model.ts';
import type { Costs } from '../../page-data.ts';
import { round1 } from './scale.ts';

const width = 64;
const height = 16;
const maxBars = 30;

/** Draws the costs of a range as small bars; null without any. */
export function sparkline(costs: Costs, days: Days): PageElement | null {
  const length = lengthOf(days);
  const size = Math.ceil(length / Math.min(maxBars, length));
  const count = Math.ceil(length / size);
  const values = new Array<number>(count).fill(0);
  for (const { day, micros } of costsIn(costs, days)) {
    if (micros === null) continue;
    const at = count - 1 - Math.floor((days.to - day) / size);
    values[at] = (values[at] ?? 0) + micros;
  }
  const most = Math.max(...values);
  if (most <= 0) return null;
  const step = width / count;
  const bar = round1(Math.max(1, step - (step > 4 ? 1 : 0.4)));
  const path = values.map((value, at) => {
    if (value <= 0) return '';
    const y = round1(height - Math.max(1, (value / most) * height));
    return `M${String(round1(at * step))} ${String(height)}V${String(y)}h${String(bar)}V${String(height)}z`;
  });
  return h(
    'svg.spark',
    { viewBox: `0 0 ${String(width)} ${String(height)}`, 'aria-hidden': 'true' },
    h('path', { d: path.join('') }),
  );
}
