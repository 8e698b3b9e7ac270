import { shellQuote } from '../../../util/shell.ts';
import {
  change,
  countOf,
  dollarsOf,
  integer,
  longDay,
  percent,
  unknown,
} from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { barList } from '../charts/bar-list.ts';
import { costBars } from '../charts/cost-bars.ts';
import { bucketName, bucketsOf, dayBars } from '../charts/day-bars.ts';
import { lineChart } from '../charts/line-chart.ts';
import { h, type Content, type PageElement } from '../element.ts';
import {
  changesOf,
  commitCounts,
  dateOf,
  daysOf,
  isCovered,
  isOld,
  labelsOf,
  localLedger,
  newCommits,
  projectCost,
  qualityChange,
  qualityPoints,
  type Days,
} from '../model.ts';
import { initialState, ranges, toFragment, type PageState } from '../page-state.ts';
import { utcDaysOf } from '../select.ts';
import { reasonList } from './attention-section.ts';
import { fixLine } from './fix-line.ts';
import { modelBars } from './money-section.ts';
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
    {},
    backLink(initialState),
    h('h1', { tabindex: -1 }, 'Unknown project'),
    h('p', { class: 'empty' }, `No project has the id or the unambiguous name “${name}”.`),
  );
}

const backLink = (state: PageState): PageElement =>
  h('a', { class: 'back', href: toFragment({ ...state, project: null }) || '#' }, '← All projects');

/** Renders the page of a project. */
export function projectPage(data: PageData, project: PageProject, state: PageState): PageElement {
  const { name, path, description, attention = [], notes } = project;
  return h(
    'article',
    { 'aria-labelledby': 'project-name' },
    backLink(state),
    h(
      'div',
      { class: 'title' },
      h('h1', { id: 'project-name', tabindex: -1 }, name),
      h(
        'span',
        { class: 'chips' },
        labelsOf(project).map((label) => h('span', { class: 'chip' }, label)),
      ),
    ),
    h(
      'p',
      { class: 'path' },
      path,
      h(
        'button',
        { type: 'button', class: 'copy', 'data-copy': path, 'aria-label': 'Copy the path' },
        'Copy',
      ),
      h('span', { class: 'links' }, outsideLinks(project)),
    ),
    description === undefined ? null : h('p', { class: 'sentence' }, description),
    isOld(project)
      ? h(
          'p',
          { class: 'warn-line' },
          `These facts were last read on ${longDay(project.lastSeen ?? null)}.`,
        )
      : null,
    attention.length === 0
      ? null
      : h('div', { class: 'card' }, h('h2', {}, 'Needs you'), reasonList(project)),
    projectTiles(data, project, state),
    notes === undefined
      ? null
      : h('div', { class: 'card' }, h('h2', {}, 'Notes'), h('p', { class: 'notes' }, notes)),
    moneyOf(data, project, state),
    h(
      'div',
      { class: 'stack' },
      commitBars(data, project, utcDaysOf(data, state)),
      qualityLine(data, project, state, 'coverage'),
      qualityLine(data, project, state, 'todos'),
    ),
    h('div', { class: 'stack' }, branchFacts(project), readingFacts(data, project)),
  );
}

function projectTiles(data: PageData, project: PageProject, state: PageState): PageElement {
  const { range } = state;
  const days = daysOf(data, range);
  const utcDays = utcDaysOf(data, state);
  const cost = projectCost(data, project, days);
  const commits = newCommits(project, range, utcDays);
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

function moneyOf(data: PageData, project: PageProject, state: PageState): Content {
  const days = daysOf(data, state.range);
  const ledger = localLedger(data);
  if (ledger === null) return null;
  const costs = project.costs ?? [];
  return h(
    'div',
    { class: 'wide-pair' },
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

function commitBars(data: PageData, project: PageProject, days: Days): PageElement {
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

function qualityLine(
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

const facts = (
  title: string,
  rows: readonly (readonly [string, Content])[],
  after: Content = null,
): PageElement =>
  h(
    'div',
    { class: 'card' },
    h('h2', {}, title),
    h(
      'dl',
      { class: 'facts' },
      rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value ?? unknown))),
    ),
    after,
  );

function branchFacts(project: PageProject): PageElement {
  const { branch, upstream, ahead, behind, dirty, oldestChangeAt, unpushed, stash, lastCommit } =
    project;
  const since = (at: string | null | undefined): string =>
    at == null ? '' : `, the oldest of ${longDay(at)}`;
  const number = (value: number | undefined): string =>
    value === undefined ? unknown : integer(value);
  return facts('Branch', [
    ['branch', branch ?? unknown],
    ['upstream', upstream ?? 'none'],
    ['ahead, behind', `${number(ahead)}, ${number(ahead === undefined ? behind : (behind ?? 0))}`],
    [
      'changed files',
      changesOf(project) === null && dirty === true
        ? 'some'
        : `${integer(changesOf(project))}${since(oldestChangeAt)}`,
    ],
    [
      'unpushed',
      unpushed === undefined
        ? '0'
        : `${countOf(unpushed.commits, 'commit')}${since(unpushed.oldestAt)}`,
    ],
    ['stash', stash === undefined ? '0' : `${integer(stash.entries)}${since(stash.oldestAt)}`],
    [
      'last commit',
      lastCommit === undefined ? unknown : `${longDay(lastCommit.at)}: ${lastCommit.subject}`,
    ],
  ]);
}

function readingFacts(data: PageData, project: PageProject): PageElement {
  const { id, firstSeen, lastSeen, state = 'ok', stack = [], license, warnings = [] } = project;
  return facts(
    'Runs',
    [
      ['state', state],
      ['first read', longDay(firstSeen ?? null)],
      ['last read', lastSeen === undefined ? longDay(data.run.at) : longDay(lastSeen)],
      ['languages, tools', stack.length === 0 ? unknown : stack.join(', ')],
      ['license', license ?? unknown],
      ['id', id],
    ],
    [
      warnings.length === 0
        ? null
        : h(
            'ul',
            { class: 'reasons' },
            warnings.map((text) => h('li', {}, h('span', { class: 'warn' }, text))),
          ),
      fixLine(`sync-runner status ${shellQuote(id)}`),
    ],
  );
}
