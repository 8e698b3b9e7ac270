import { countOf, integer, percent } from '../../format-values.ts';
import type { PageData, RunRow } from '../../page-data.ts';
import { bucketName, bucketsOf, dayBars } from '../charts/day-bars.ts';
import { h, type PageElement } from '../element.ts';
import { dateOf, dayNumber, type Days } from '../model.ts';
import type { PageState } from '../page-state.ts';
import { utcDaysOf } from '../select.ts';

export const runsSection = (data: PageData, state: PageState): PageElement =>
  h(
    'section',
    { 'aria-labelledby': 'runs', id: 'run-days' },
    h('h2', { id: 'runs' }, 'Runs'),
    runBars(data, utcDaysOf(data, state)),
  );

function runBars(data: PageData, all: Days): PageElement {
  const today = dayNumber(data, data.day);
  // The history of runs that the page has goes back as far as its oldest day with a run.
  const days = {
    from: Math.max(all.from, Math.min(data.runs[0]?.[0] ?? today, today - 6)),
    to: all.to,
  };
  const shown = data.runs.filter(([day]) => day >= days.from && day <= days.to);
  const buckets = bucketsOf(data, days);
  const inBucket = buckets.map(({ from, to }) => shown.filter(([day]) => day >= from && day <= to));
  const sum = (rows: readonly RunRow[], at: 1 | 2 | 3 | 4): number =>
    rows.reduce((total, row) => total + row[at], 0);
  const total = sum(shown, 1);
  const bad = shown.filter(([, runs, , failed]) => failed / runs >= 0.5).length;
  const textOf = (rows: readonly RunRow[]): string =>
    rows.length === 0
      ? 'no run'
      : [
          `${countOf(sum(rows, 1), 'run')}, ${integer(sum(rows, 2))} succeeded`,
          ...(sum(rows, 3) > 0 ? [`${integer(sum(rows, 3))} failed`] : []),
          ...(sum(rows, 4) > 0 ? [`${integer(sum(rows, 4))} interrupted`] : []),
        ].join(' · ');
  const isToday = (at: number): boolean => buckets[at]?.to === today && data.run.day === data.day;
  return dayBars({
    id: 'run-history',
    title: 'Runs per day',
    description:
      total === 0
        ? 'No complete day with runs yet.'
        : `${percent((sum(shown, 2) / total) * 100, 2)} of ${countOf(total, 'run')} succeeded; on ${bad === 0 ? 'no day' : countOf(bad, 'day')} half or more failed. Today is not counted yet.`,
    height: 130,
    isCounted: true,
    buckets,
    layers: [
      { label: 'succeeded', color: 'ok', values: inBucket.map((rows) => sum(rows, 2)) },
      { label: 'interrupted', color: 'warn', values: inBucket.map((rows) => sum(rows, 4)) },
      { label: 'failed', color: 'bad', values: inBucket.map((rows) => sum(rows, 3)) },
    ],
    unknown: [],
    tips: buckets.map((bucket, at) => {
      const rows = inBucket[at] ?? [];
      const text =
        rows.length === 0 && isToday(at)
          ? `last run: ${data.run.outcome ?? 'unknown'}`
          : textOf(rows);
      return `${bucketName(data, bucket)} · ${text}`;
    }),
    label: integer,
    table: {
      header: ['Day', 'Runs', 'Succeeded', 'Failed', 'Interrupted', 'Median', '95th percentile'],
      rows: shown
        .map(([day, runs, ok, failed, interrupted, p50, p95]) => [
          dateOf(data, day),
          ...[runs, ok, failed, interrupted].map(integer),
          `${integer(p50)} ms`,
          `${integer(p95)} ms`,
        ])
        .toReversed(),
    },
  });
}
