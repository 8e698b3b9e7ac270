import { countOf, integer, longDay, percent } from '../../format-values.ts';
import type { PageData } from '../../page-data.ts';
import { coverageChangeText, todosChangeText } from '../../trend-text.ts';
import { lineChart, type LinePoint } from '../charts/line-chart.ts';
import { h, type PageElement } from '../element.ts';
import { dateOf } from '../model.ts';
import type { PageState } from '../page-state.ts';
import { utcDaysOf } from '../select.ts';

export function qualitySection(data: PageData, state: PageState): PageElement {
  const { trend, trendChange } = data;
  const days = utcDaysOf(data, state);
  const coverage = trend.map(([day, projects, withCoverage, value]) => ({
    day,
    value,
    note: `mean of ${integer(withCoverage)} of ${countOf(projects, 'project')}`,
  }));
  const todos = trend.map(([day, projects, , , value]) => ({
    day,
    value,
    note: countOf(projects, 'project'),
  }));
  const label = (value: number): string => percent(value);
  return h(
    'section',
    { 'aria-labelledby': 'quality', id: 'trends' },
    h('h2', { id: 'quality' }, 'Quality'),
    trend.length === 0
      ? h('p.empty', 'No quality data yet.')
      : h(
          'div.stack',
          lineChart(data, {
            id: 'coverage',
            title: 'Coverage',
            description: `${describeLast(data, coverage, label)}, ${coverageChangeText(trendChange)}; mean of the projects with a report.`,
            color: 's3',
            days,
            points: coverage,
            limits: { min: 0, max: 100, least: 4 },
            isCounted: false,
            label,
            noteHeader: 'Projects',
          }),
          lineChart(data, {
            id: 'todos',
            title: 'TODOs',
            description: `${describeLast(data, todos, integer)}, ${todosChangeText(trendChange)}; sum over all projects.`,
            color: 's5',
            days,
            points: todos,
            limits: { min: 0, max: Infinity, least: 10 },
            isCounted: true,
            label: integer,
            noteHeader: 'Projects',
          }),
        ),
  );
}

function describeLast(
  data: PageData,
  points: readonly LinePoint[],
  label: (value: number) => string,
): string {
  const last = points.findLast(({ value }) => value !== null);
  return last === undefined
    ? 'No data yet'
    : `${label(last.value ?? 0)} on ${longDay(dateOf(data, last.day))}`;
}
