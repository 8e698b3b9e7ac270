import { countOf, integer, longDay, percent } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { barList } from '../charts/bar-list.ts';
import { costBars } from '../charts/cost-bars.ts';
import { bucketName, bucketsOf, dayBars } from '../charts/day-bars.ts';
import { lineChart } from '../charts/line-chart.ts';
import { h, type Content, type PageElement } from '../element.ts';
import {
  commitCounts,
  dateOf,
  daysOf,
  isCovered,
  localLedger,
  qualityPoints,
  type Days,
} from '../model.ts';
import type { PageState } from '../page-state.ts';
import { utcDaysOf } from '../select.ts';
import { modelBars } from './money-section.ts';

/** Draws the cost per day, and its models; null without local logs. */
export function projectCosts(data: PageData, project: PageProject, state: PageState): Content {
  const days = daysOf(data, state.range);
  const ledger = localLedger(data);
  if (ledger === null) return null;
  const costs = project.costs ?? [];
  return h(
    'div.wide-pair',
    costBars(data, {
      id: 'project-cost',
      subject: project.name,
      costs,
      days,
      isKnown: (day) => isCovered(ledger, day),
      budgetPerDay: null,
    }),
    barList('Models', 'models', modelBars(data, costs, days)),
  );
}

/** Draws the commits per day. */
export function commitBars(data: PageData, project: PageProject, days: Days): PageElement {
  const counts = commitCounts(project);
  const buckets = bucketsOf(data, days);
  const first = counts[0]?.day ?? Infinity;
  const values = buckets.map(({ from, to }) => {
    const at = (day: number): number =>
      counts.findLast((one) => one.day <= day)?.commits ?? counts[0]?.commits ?? 0;
    return Math.max(0, at(to) - at(from - 1));
  });
  const isUnknown = buckets.map(({ to }) => to < first);
  const total = values.reduce((sum, one) => sum + one, 0);
  return dayBars({
    id: 'project-commits',
    title: 'Commits',
    subject: project.name,
    description:
      counts.length === 0
        ? 'No number of commits is known.'
        : `${countOf(total, 'commit')} in the known days, by date in UTC.`,
    height: 150,
    isCounted: true,
    isLegendShown: false,
    buckets,
    layers: [{ label: 'commits', color: 's2', values }],
    unknown: isUnknown,
    tips: buckets.map(
      (bucket, at) =>
        `${bucketName(data, bucket)} · ${isUnknown[at] === true ? 'unknown' : countOf(values[at] ?? 0, 'commit')}`,
    ),
    label: integer,
    table: {
      header: ['Day', 'Commits'],
      rows: buckets
        .map(({ date }, at) => [
          date,
          isUnknown[at] === true ? 'unknown' : integer(values[at] ?? 0),
        ])
        .toReversed(),
    },
  });
}

/** Draws coverage or TODOs. */
export function qualityLine(
  data: PageData,
  project: PageProject,
  state: PageState,
  field: 'coverage' | 'todos',
): PageElement {
  const days = utcDaysOf(data, state);
  const points = qualityPoints(project);
  const first = points[0]?.day ?? Infinity;
  const daily = [];
  for (let day = Math.max(days.from, first); day <= days.to; day += 1) {
    const value = points.findLast((point) => point.day <= day)?.[field] ?? null;
    daily.push({ day, value, note: project.name });
  }
  const isCoverage = field === 'coverage';
  const label = isCoverage ? (value: number) => percent(value) : integer;
  return lineChart(data, {
    id: `project-${field}`,
    title: isCoverage ? 'Coverage' : 'TODOs',
    subject: project.name,
    description:
      points.length === 0 ? 'No value is known.' : `Known since ${longDay(dateOf(data, first))}.`,
    color: isCoverage ? 's3' : 's5',
    days,
    points: daily,
    limits: isCoverage ? { min: 0, max: 100, least: 4 } : { min: 0, max: Infinity, least: 10 },
    isCounted: !isCoverage,
    label,
    noteHeader: 'Project',
  });
}
