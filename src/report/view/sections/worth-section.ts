import { countOf, dollarsOf } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import {
  commitCounts,
  daysOf,
  isPresent,
  newCommits,
  projectCost,
  qualityChange,
  type Days,
} from '../model.ts';
import { ranges, type PageState } from '../page-state.ts';
import { utcDaysOf } from '../select.ts';
import { tiles, type Tile } from './tiles.ts';
import { projectLink } from './project-links.ts';

const shownProjects = 5;

interface Result {
  readonly project: PageProject;
  /** Microdollars. */
  readonly cost: number;
  readonly commits: number | null;
  readonly coverage: number | null;
}

/** Renders what the money of the local logs bought: commits and coverage, of the projects for which both are known. */
export function worthSection(data: PageData, state: PageState): PageElement {
  const results = (data.projects ?? [])
    .filter(isPresent)
    .flatMap((project) => resultOf(data, project, state));
  const idle = results
    .filter(({ cost, commits }) => commits === 0 && cost > 0)
    .sort((one, other) => other.cost - one.cost);
  const lost = idle.reduce((sum, { cost }) => sum + cost, 0);
  const isKnown = results.some(({ commits }) => commits !== null);
  return h(
    'section',
    { 'aria-labelledby': 'worth', id: 'worth-it' },
    h('h2', { id: 'worth' }, 'Worth it?'),
    h(
      'p',
      { class: 'muted' },
      `Cost of the local logs${state.range === 'all' ? '' : ` in ${ranges[state.range]}`}, of the projects for which both sides are known.`,
    ),
    tiles('Cost of results', [
      perCommit(results),
      {
        name: 'Per changed line',
        value: 'unknown',
        notes: ['changed lines are not recorded'],
      },
      perPoint(results),
      {
        name: 'Without commits',
        value: isKnown ? dollarsOf(lost) : 'unknown',
        notes: [
          isKnown
            ? `in ${countOf(idle.length, 'project')}`
            : 'the commits before this range are not recorded yet',
        ],
        extra:
          idle.length === 0
            ? null
            : h(
                'ul',
                { class: 'plain' },
                idle
                  .slice(0, shownProjects)
                  .map(({ project, cost }) =>
                    h('li', {}, projectLink(project, state), ` ${dollarsOf(cost)}`),
                  ),
              ),
      },
    ]),
  );
}

function resultOf(data: PageData, project: PageProject, state: PageState): readonly Result[] {
  const utcDays = utcDaysOf(data, state);
  const cost = projectCost(data, project, costDays(data, project, state));
  if (cost === null) return [];
  return [
    {
      project,
      cost,
      commits: newCommits(project, state.range, utcDays),
      coverage: qualityChange(project, 'coverage', state.range, utcDays),
    },
  ];
}

/** The days of the range; of all days, those since the first known number of commits. */
function costDays(data: PageData, project: PageProject, { range }: PageState): Days {
  const days = daysOf(data, range);
  const first = range === 'all' ? commitCounts(project)[0]?.day : undefined;
  return first === undefined ? days : { ...days, from: first };
}

function perCommit(results: readonly Result[]): Tile {
  const known = results.filter(
    ({ commits, cost }) => commits !== null && (commits > 0 || cost > 0),
  );
  const commits = known.reduce((sum, one) => sum + (one.commits ?? 0), 0);
  const cost = known.reduce((sum, one) => sum + one.cost, 0);
  return {
    name: 'Per commit',
    value: commits === 0 ? 'unknown' : dollarsOf(cost / commits),
    notes: [
      commits === 0
        ? 'no new commit is known in this range'
        : `${dollarsOf(cost)} for ${countOf(commits, 'commit')} in ${countOf(known.length, 'project')}`,
    ],
  };
}

function perPoint(results: readonly Result[]): Tile {
  const risen = results.filter(({ coverage, cost }) => (coverage ?? 0) > 0 && cost > 0);
  const points = risen.reduce((sum, one) => sum + (one.coverage ?? 0), 0);
  const cost = risen.reduce((sum, one) => sum + one.cost, 0);
  return {
    name: 'Per coverage point',
    value: points === 0 ? 'unknown' : dollarsOf(cost / points),
    notes: [
      points === 0
        ? 'no project with cost gained coverage'
        : `${dollarsOf(cost)} for ${points.toFixed(1)} points in ${countOf(risen.length, 'project')}`,
    ],
  };
}
