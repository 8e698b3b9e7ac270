import { countOf, dollarsOf } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import {
  changedLines,
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
/** A line costs less than a cent. */
const linesPerUnit = 100;

interface Result {
  readonly project: PageProject;
  /** Microdollars. */
  readonly cost: number;
  readonly commits: number | null;
  /** The changed lines, and what their days cost. */
  readonly changed: Part | null;
  readonly coverage: number | null;
}

/** Renders what the money of the local logs bought: commits, lines and coverage, of the projects for which both are known. */
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
      'p.muted',
      `Cost of the local logs${state.range === 'all' ? '' : ` in ${ranges[state.range]}`}, of the projects for which both sides are known.`,
    ),
    tiles('Cost of results', [
      perCommit(results),
      perLine(results),
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
                'ul.plain',
                idle
                  .slice(0, shownProjects)
                  .map(({ project, cost }) =>
                    h('li', projectLink(project, state), ` ${dollarsOf(cost)}`),
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
  const changed = changedLines(project, state.range, utcDays);
  const days = daysOf(data, state.range);
  const lineCost =
    changed &&
    projectCost(data, project, state.range === 'all' ? { ...days, from: changed.from } : days);
  return [
    {
      project,
      cost,
      commits: newCommits(project, state.range, utcDays),
      changed:
        changed === null || lineCost === null ? null : { amount: changed.lines, cost: lineCost },
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

/** What a part of the results cost. */
interface Part {
  readonly cost: number;
  readonly amount: number;
}

const perCommit = (results: readonly Result[]): Tile =>
  ratioTile('Per commit', {
    parts: results.flatMap(({ cost, commits }) =>
      commits !== null && (commits > 0 || cost > 0) ? [{ cost, amount: commits }] : [],
    ),
    text: (commits) => countOf(commits, 'commit'),
    none: 'no new commit is known in this range',
  });

const perLine = (results: readonly Result[]): Tile =>
  ratioTile(`Per ${String(linesPerUnit)} changed lines`, {
    parts: results.flatMap(({ changed }) =>
      changed !== null && (changed.amount > 0 || changed.cost > 0) ? [changed] : [],
    ),
    per: linesPerUnit,
    text: (lines) => countOf(lines, 'line'),
    none: 'no changed line is known in this range',
  });

const perPoint = (results: readonly Result[]): Tile =>
  ratioTile('Per coverage point', {
    parts: results.flatMap(({ cost, coverage }) =>
      (coverage ?? 0) > 0 && cost > 0 ? [{ cost, amount: coverage ?? 0 }] : [],
    ),
    text: (points) => `${points.toFixed(1)} points`,
    none: 'no project with cost gained coverage',
  });

function ratioTile(
  name: string,
  of: {
    readonly parts: readonly Part[];
    readonly per?: number;
    readonly text: (amount: number) => string;
    /** Shown if there is nothing to divide by. */
    readonly none: string;
  },
): Tile {
  const { parts, per = 1, text, none } = of;
  const amount = parts.reduce((sum, one) => sum + one.amount, 0);
  const cost = parts.reduce((sum, one) => sum + one.cost, 0);
  return {
    name,
    value: amount === 0 ? 'unknown' : dollarsOf((cost / amount) * per),
    notes: [
      amount === 0
        ? none
        : `${dollarsOf(cost)} for ${text(amount)} in ${countOf(parts.length, 'project')}`,
    ],
  };
}
