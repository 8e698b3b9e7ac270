import { change, countOf, dollarsOf, integer, longDay, percent } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import {
  changedLines,
  daysOf,
  isOld,
  labelsOf,
  newCommits,
  projectCost,
  qualityChange,
} from '../model.ts';
import { initialState, ranges, toFragment, type PageState } from '../page-state.ts';
import { utcDaysOf } from '../select.ts';
import { reasonList } from './attention-section.ts';
import { commitBars, projectCosts, qualityLine } from './project-charts.ts';
import { branchFacts, readingFacts } from './project-facts.ts';
import { outsideLinks } from './project-links.ts';
import { tiles } from './tiles.ts';

/** Returns the project of an id, or else of a name that only one project has; null without one. */
export function findProject({ projects }: PageData, name: string): PageProject | null {
  const byId = projects?.find(({ id }) => id === name);
  if (byId !== undefined) return byId;
  const named = (projects ?? []).filter((one) => one.name === name);
  return named.length === 1 ? (named[0] ?? null) : null;
}

export function missingProjectPage(name: string): PageElement {
  return h(
    'div',
    backLink(initialState),
    h('h1', { tabindex: -1 }, 'Unknown project'),
    h('p.empty', `No project has the id or the unambiguous name “${name}”.`),
  );
}

const backLink = (state: PageState): PageElement =>
  h('a.back', { href: toFragment({ ...state, project: null }) || '#' }, '← All projects');

/** Renders the page of a project. */
export function projectPage(data: PageData, project: PageProject, state: PageState): PageElement {
  const { name, path, description, attention = [], notes } = project;
  return h(
    'article',
    { 'aria-labelledby': 'project-name' },
    backLink(state),
    h(
      'div.title',
      h('h1', { id: 'project-name', tabindex: -1 }, name),
      h(
        'span.chips',
        labelsOf(project).map((label) => h('span.chip', label)),
      ),
    ),
    h(
      'p.path',
      path,
      h(
        'button',
        { type: 'button', class: 'copy', 'data-copy': path, 'aria-label': 'Copy the path' },
        'Copy',
      ),
      h('span.links', outsideLinks(project)),
    ),
    description !== undefined && h('p.sentence', description),
    isOld(project) &&
      h('p.warn-line', `These facts were last read on ${longDay(project.lastSeen ?? null)}.`),
    attention.length !== 0 && h('div.card', h('h2', 'Needs you'), reasonList(project)),
    projectTiles(data, project, state),
    notes !== undefined && h('div.card', h('h2', 'Notes'), h('p.notes', notes)),
    projectCosts(data, project, state),
    h(
      'div.stack',
      commitBars(data, project, utcDaysOf(data, state)),
      qualityLine(data, project, state, 'coverage'),
      qualityLine(data, project, state, 'todos'),
    ),
    h('div.stack', branchFacts(project), readingFacts(data, project)),
  );
}

function projectTiles(data: PageData, project: PageProject, state: PageState): PageElement {
  const { range } = state;
  const days = daysOf(data, range);
  const utcDays = utcDaysOf(data, state);
  const cost = projectCost(data, project, days);
  const commits = newCommits(project, range, utcDays);
  const lines = changedLines(project, range, utcDays)?.lines ?? null;
  const span = ranges[range];
  const since = range === 'all' ? 'since the first day' : `in ${ranges[range]}`;
  const changed = (field: 'coverage' | 'todos', unit: string): string => {
    const by = qualityChange(project, field, range, utcDays);
    return by === null
      ? `unknown ${range === 'all' ? 'before' : `${span} ago`}`
      : `${change(by) || 'unchanged'}${change(by) === '' ? '' : unit} ${since}`;
  };
  const { coverage, todos, debt, lighthouse } = project;
  return tiles(`Numbers of ${project.name}`, [
    {
      name: `Cost, ${span}`,
      value: cost === null ? 'unknown' : dollarsOf(cost),
      micros: cost,
      notes: [],
    },
    {
      name: `Commits, ${span}`,
      value: commits === null ? 'unknown' : integer(commits),
      notes: [
        cost !== null && commits !== null && commits > 0 && range !== 'all'
          ? `${dollarsOf(cost / commits)} per commit`
          : null,
        lines === null ? null : countOf(lines, 'changed line'),
      ],
    },
    {
      name: 'Coverage',
      value: coverage === undefined ? 'unknown' : percent(coverage),
      notes: [coverage === undefined ? 'no report' : changed('coverage', ' points')],
    },
    {
      name: 'TODOs',
      value: todos === undefined ? 'unknown' : integer(todos),
      notes: [todos === undefined ? null : changed('todos', '')],
    },
    {
      name: 'Debt',
      value: debt ?? 'unknown',
      notes: [lighthouse === undefined ? null : `Lighthouse ${integer(lighthouse)}`],
    },
  ]);
}
