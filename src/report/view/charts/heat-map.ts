import { dollarsOf, longDay, shortMonth } from '../../format-values.ts';
import type { PageData, PageLedger } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import { costsIn, dateOf, dayNumber, isCovered, type Days } from '../model.ts';
import { figure } from './figure.ts';

const weeks = 27;
const step = 17;
const cell = 14;
const left = 34;
const top = 18;
const levels = 5;

/** Draws a calendar of the last six months, with a column per week, coloured by cost. */
export function heatMap(
  data: PageData,
  ledger: PageLedger,
  { id, days }: { readonly id: string; readonly days: Days },
): PageElement {
  const today = dayNumber(data, data.today);
  const weekday = (day: number): number => (new Date(dateOf(data, day)).getUTCDay() + 6) % 7;
  const start = today - weekday(today) - (weeks - 1) * 7;
  const costs = new Map<number, number>();
  for (const { day, micros } of costsIn(ledger.costs, { from: start, to: today })) {
    if (micros !== null) costs.set(day, (costs.get(day) ?? 0) + micros);
  }
  const sorted = [...costs.values()].filter((cost) => cost > 0).sort((a, b) => a - b);
  const limits = Array.from(
    { length: levels - 1 },
    (_, at) => sorted[Math.floor((sorted.length * (at + 1)) / levels)] ?? Infinity,
  );
  const levelOf = (day: number): string => {
    const cost = costs.get(day) ?? 0;
    if (cost > 0) return `l${String(1 + limits.filter((limit) => cost >= limit).length)}`;
    return isCovered(ledger, day) ? 'l0' : 'gap';
  };
  const textOf = (day: number): string =>
    isCovered(ledger, day) ? dollarsOf(costs.get(day) ?? 0) : 'unknown';
  const all = Array.from({ length: today - start + 1 }, (_, at) => start + at);
  const months = Array.from({ length: weeks }, (_, week) => dateOf(data, start + week * 7)).flatMap(
    (date, week, dates) =>
      week > 0 && date.slice(0, 7) !== dates[week - 1]?.slice(0, 7) && week < weeks - 1
        ? [h('text', { x: left + week * step, y: 11 }, shortMonth(date))]
        : [],
  );
  const known = all.filter((day) => isCovered(ledger, day));
  const used = known.filter((day) => (costs.get(day) ?? 0) > 0);
  return figure({
    id,
    title: 'Calendar',
    subject: ledger.title,
    description: `Usage on ${String(used.length)} of ${String(known.length)} known days since ${longDay(dateOf(data, start))}.`,
    width: left + weeks * step,
    height: top + 7 * step,
    legend: [
      { label: 'no cost', color: 'l0' },
      { label: 'low', color: 'l1' },
      { label: 'high', color: 'l5' },
      ...(known.length < all.length ? [{ label: 'unknown', color: 'gap' }] : []),
    ],
    body: [
      h(
        'g.axis',
        months,
        ['Mon', 'Wed', 'Fri'].map((name, at) =>
          h('text', { x: 0, y: top + at * 2 * step + 11 }, name),
        ),
      ),
      all.map((day) =>
        h('rect', {
          class: `${levelOf(day)}${day < days.from ? ' out' : ''}`,
          x: left + Math.floor((day - start) / 7) * step,
          y: top + weekday(day) * step,
          width: cell,
          height: cell,
          rx: 3,
          'data-tip': `${longDay(dateOf(data, day))} · ${textOf(day)}`,
        }),
      ),
    ],
    table: {
      header: ['Day', 'Cost'],
      rows: all.map((day) => [dateOf(data, day), textOf(day)]).toReversed(),
    },
  });
}
