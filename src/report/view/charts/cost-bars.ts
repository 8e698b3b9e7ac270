import { getOrInsert } from '../../../util/collections.ts';
import { axisDollars, dollarsOf, shortDay } from '../../format-values.ts';
import type { Costs, PageData } from '../../page-data.ts';
import type { PageElement } from '../element.ts';
import { costsIn, dateOf, lengthOf, type Days } from '../model.ts';
import { bucketName, bucketsOf, dayBars, type Bucket } from './day-bars.ts';

/** Models with their own colour; the others share the last one. */
const shownModels = 5;

/** Draws the cost per day, stacked by model. */
export function costBars(
  data: PageData,
  options: {
    readonly id: string;
    readonly subject: string;
    readonly costs: Costs;
    readonly days: Days;
    readonly isKnown: (day: number) => boolean;
    readonly budgetPerDay: number | null;
  },
): PageElement {
  const { id, subject, costs, days, isKnown, budgetPerDay } = options;
  const buckets = bucketsOf(data, days);
  const first = buckets[0]?.from ?? days.from;
  const size = Math.max(1, ...buckets.map(({ from, to }) => to - from + 1));
  const bucketOf = (day: number): number =>
    day > (buckets[0]?.to ?? first)
      ? 1 + Math.floor((day - (buckets[0]?.to ?? first) - 1) / size)
      : 0;
  const byModel = new Map<number, number[]>();
  for (const { day, model, micros } of costsIn(costs, days)) {
    if (micros === null) continue;
    const values = getOrInsert(byModel, model, () => buckets.map(() => 0));
    const at = bucketOf(day);
    values[at] = (values[at] ?? 0) + micros;
  }
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const models = [...byModel]
    .map(([model, values]) => ({ name: data.models[model] ?? '', values, total: sum(values) }))
    .sort((one, other) => other.total - one.total);
  const others = models.slice(shownModels);
  const layers = [
    ...models.slice(0, shownModels).map(({ name, values }) => ({ label: name, values })),
    ...(others.length === 0
      ? []
      : [
          {
            label:
              others.length === 1
                ? (others[0]?.name ?? '')
                : `${String(others.length)} other models`,
            values: buckets.map((_, at) => sum(others.map(({ values }) => values[at] ?? 0))),
          },
        ]),
  ].map((layer, at) => ({ ...layer, color: `s${String(at + 1)}` }));
  const totals = buckets.map((_, at) => sum(layers.map(({ values }) => values[at] ?? 0)));
  const unknown = buckets.map(({ from, to }) => {
    for (let day = from; day <= to; day += 1) if (isKnown(day)) return false;
    return true;
  });
  const peak = totals.reduce((best, total, at) => (total > (totals[best] ?? 0) ? at : best), 0);
  const partsOf = (at: number): readonly string[] =>
    layers.flatMap(({ label, values }) =>
      (values[at] ?? 0) > 0 ? [`${label} ${dollarsOf(values[at] ?? 0)}`] : [],
    );
  const textOf = (bucket: Bucket, at: number): string =>
    unknown[at] === true
      ? `${bucketName(data, bucket)} · unknown`
      : [
          bucketName(data, bucket),
          dollarsOf(totals[at] ?? 0),
          ...(layers.length > 1 ? partsOf(at) : []),
        ].join(' · ');
  const span = `${shortDay(dateOf(data, days.from))} to ${shortDay(dateOf(data, days.to))}`;
  return dayBars({
    id,
    title: size === 1 ? 'Cost per day' : 'Cost per week',
    subject,
    description:
      (totals[peak] ?? 0) > 0
        ? `${dollarsOf(sum(totals))} from ${span}, highest on ${shortDay(buckets[peak]?.date ?? '')} with ${dollarsOf(totals[peak] ?? 0)}.`
        : `No cost from ${span}.`,
    buckets,
    layers,
    unknown,
    tips: buckets.map(textOf),
    label: (value) => axisDollars(value / 1e6),
    line:
      budgetPerDay === null
        ? null
        : {
            value: budgetPerDay * 1e6 * size,
            label: `budget, ${dollarsOf(budgetPerDay * 1e6 * size)} per ${size === 1 ? 'day' : 'week'}`,
          },
    table: {
      header: [size === 1 ? 'Day' : 'Week from', 'Cost', 'By model'],
      rows:
        lengthOf(days) > 400
          ? []
          : buckets
              .map((bucket, at) => [
                bucket.date,
                unknown[at] === true ? 'unknown' : dollarsOf(totals[at] ?? 0),
                partsOf(at).join(', '),
              ])
              .toReversed(),
    },
  });
}
