import {
  change,
  countOf,
  dollarsOf,
  integer,
  longDay,
  percent,
  severityClass,
  shortDay,
  unknown,
} from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { sparkline } from '../charts/sparkline.ts';
import { h, type Content, type PageElement } from '../element.ts';
import { filterNumbers, filterTexts, filterWords } from '../filter.ts';
import { changesOf, daysOf, isPresent, labelsOf, type Days } from '../model.ts';
import { groupings, type PageState, type SortKey } from '../page-state.ts';
import { selectRows, subtotalOf, type Row, type RowGroup, type Selection } from '../select.ts';
import { projectLink } from './project-links.ts';
import { reasonNames } from './reason-names.ts';

/** Rows that are shown at first, so that the page opens quickly. */
const shownRows = 60;

interface Column {
  readonly key: SortKey;
  readonly title: string;
  /** Numbers are aligned to the right and sort in descending order first. */
  readonly isNumber: boolean;
}

const columns = ({ range }: PageState): readonly Column[] => {
  const span = range === 'all' ? 'all' : `${range} d`;
  return [
    { key: 'name', title: 'Project', isNumber: false },
    { key: 'needs', title: 'Needs', isNumber: false },
    { key: 'cost', title: `Cost, ${span}`, isNumber: true },
    { key: 'commits', title: `Commits, ${span}`, isNumber: true },
    { key: 'commit', title: 'Last commit', isNumber: true },
    { key: 'changes', title: 'Changes', isNumber: true },
    { key: 'coverage', title: 'Coverage', isNumber: true },
    { key: 'todos', title: 'TODOs', isNumber: true },
    { key: 'debt', title: 'Debt', isNumber: true },
  ];
};

/** Renders the filter of the table. It is not rendered again, so that it keeps the focus. Hidden without scripts. */
export const tableTools = (): PageElement =>
  h(
    'div',
    { class: 'tools', id: 'tools', hidden: true },
    h(
      'label',
      { class: 'search' },
      h('span', {}, 'Filter'),
      h('input', {
        id: 'filter',
        type: 'search',
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: 'client:acme dirty cost>10',
        'aria-describedby': 'filter-problem',
      }),
      h('kbd', { 'aria-hidden': 'true' }, '/'),
    ),
    h(
      'label',
      {},
      h('span', {}, 'Group'),
      h(
        'select',
        { id: 'group' },
        Object.entries(groupings).map(([value, text]) => h('option', { value }, text)),
      ),
    ),
    h('output', { id: 'count' }),
    h('p', { id: 'filter-problem', role: 'alert' }),
    filterHelp(),
  );

const filterHelp = (): PageElement =>
  h(
    'details',
    { class: 'filter-help', id: 'filter-help' },
    h('summary', {}, 'Filter language'),
    h(
      'dl',
      {},
      h(
        'div',
        {},
        h('dt', {}, h('code', {}, 'web "two words"')),
        h(
          'dd',
          {},
          'in name, path, branch, client, tags, languages or notes; all terms must match',
        ),
      ),
      h('div', {}, h('dt', {}, h('code', {}, '-word')), h('dd', {}, 'does not match')),
      Object.entries(filterWords).map(([word, { text }]) =>
        h('div', {}, h('dt', {}, h('code', {}, word)), h('dd', {}, text)),
      ),
      h(
        'div',
        {},
        h('dt', {}, h('code', {}, 'client:acme client=acme client:')),
        h('dd', {}, `contains, equals, has none. Fields: ${Object.keys(filterTexts).join(', ')}`),
      ),
      h(
        'div',
        {},
        h('dt', {}, h('code', {}, 'cost>10 coverage<=50')),
        h(
          'dd',
          {},
          `compares; unknown never matches. Fields: ${Object.keys(filterNumbers).join(', ')}`,
        ),
      ),
    ),
  );

/** Renders the selected projects. `isComplete` is whether rows beyond the first ones are included. */
export function projectTable(
  data: PageData,
  state: PageState,
  {
    selection: { groups, count },
    isComplete,
  }: { readonly selection: Selection; readonly isComplete: boolean },
): PageElement {
  const days = daysOf(data, state.range);
  const heads = columns(state);
  if (count === 0) {
    return h(
      'div',
      { id: 'table-body' },
      h(
        'p',
        { class: 'empty' },
        (data.projects ?? []).length === 0 ? 'No projects yet.' : 'No project matches the filter. ',
        (data.projects ?? []).length === 0
          ? null
          : h('button', { type: 'button', 'data-action': 'clear' }, 'Clear the filter'),
      ),
    );
  }
  let left = isComplete ? Infinity : shownRows;
  const body = groups.map((group) => {
    const rows = group.rows.slice(0, Math.max(0, left));
    left -= rows.length;
    return rows.length === 0
      ? null
      : h(
          'tbody',
          {},
          state.group === 'none' ? null : groupRow(group, state),
          rows.map((row) => projectRow(row, state, days)),
        );
  });
  const hidden = isComplete
    ? 0
    : groups.reduce((sum, { rows }) => sum + rows.length, 0) - shownRows;
  return h(
    'div',
    { id: 'table-body' },
    h(
      'table',
      { class: 'projects', id: 'table' },
      h('caption', { class: 'hide' }, 'All projects with cost, activity and quality'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((column) => head(column, state)),
        ),
      ),
      body,
    ),
    hidden <= 0
      ? null
      : h(
          'p',
          { class: 'muted', id: 'rest' },
          `${integer(hidden)} more rows `,
          h('noscript', {}, '(shown only with scripts enabled)'),
          h('button', { type: 'button', 'data-action': 'all', hidden: true }, 'Show all'),
        ),
  );
}

function head({ key, title, isNumber }: Column, { sort, descending }: PageState): PageElement {
  const order = sort === key ? (descending ? 'descending' : 'ascending') : null;
  return h(
    'th',
    { scope: 'col', class: isNumber ? 'n' : 't', 'aria-sort': order },
    h(
      'button',
      {
        type: 'button',
        'data-sort': key,
        'data-first': isNumber || key === 'needs' ? 'descending' : 'ascending',
      },
      title,
    ),
  );
}

const cell = (column: string, value: Content, note: Content = null): PageElement =>
  h('td', { 'data-label': column }, value, note === null ? null : h('small', {}, note));

const known = <Value>(value: Value | null | undefined, text: (value: Value) => string): Content =>
  value === null || value === undefined
    ? h('span', { class: 'unknown', title: 'unknown' }, unknown)
    : text(value);

function projectRow(row: Row, state: PageState, days: Days): PageElement {
  const { project, cost, commits, coverageChange, todosChange } = row;
  const { attention = [], lastCommit, coverage, todos, debt } = project;
  const labels = labelsOf(project);
  return h(
    'tr',
    { 'data-id': project.id, class: isPresent(project) ? null : 'absent' },
    h(
      'th',
      { scope: 'row' },
      projectLink(project, state),
      h(
        'small',
        {},
        labels.length === 0 ? null : h('span', {}, labels.join(' · ')),
        h('span', { class: 'path' }, project.path),
      ),
    ),
    h(
      'td',
      { 'data-label': 'Needs', class: 'marks' },
      attention.map((reason) =>
        h('em', { class: severityClass(reason) }, reasonNames[reason.code]),
      ),
      attention.length > 0 ? null : absenceText(project),
    ),
    h(
      'td',
      { 'data-label': 'Cost', 'data-micros': cost },
      sparkline(project.costs ?? [], days),
      h('span', { class: 'cost' }, known(cost, dollarsOf)),
    ),
    cell('Commits', known(commits, integer)),
    cell('Last commit', known(lastCommit?.at, longDay)),
    cell('Changes', changesText(project), aheadText(project)),
    cell('Coverage', known(coverage, percent), change(coverageChange)),
    cell('TODOs', known(todos, integer), change(todosChange)),
    cell(
      'Debt',
      known(debt, (level) => level),
    ),
  );
}

const changesText = (project: PageProject): Content =>
  changesOf(project) === null && project.dirty === true
    ? 'yes'
    : known(changesOf(project), integer);

function aheadText({ ahead = 0, behind = 0 }: PageProject): string {
  return [
    ...(ahead > 0 ? [`↑${String(ahead)}`] : []),
    ...(behind > 0 ? [`↓${String(behind)}`] : []),
  ].join(' ');
}

function absenceText({ state, absentSince }: PageProject): Content {
  if (state === 'missing') return h('em', { class: 'muted' }, 'missing');
  return state === 'not-observed'
    ? h(
        'em',
        { class: 'muted' },
        `not observed since ${absentSince === undefined ? unknown : shortDay(absentSince)}`,
      )
    : null;
}

function groupRow(group: RowGroup, { group: by }: PageState): PageElement {
  const { projects, needing, cost, commits, changes, todos } = subtotalOf(group);
  return h(
    'tr',
    { class: 'subtotal' },
    h(
      'th',
      { scope: 'rowgroup' },
      group.value ?? `no ${by}`,
      ' ',
      h('small', {}, countOf(projects, 'project')),
    ),
    h('td', { 'data-label': 'Needs' }, needing === 0 ? null : `${integer(needing)} need you`),
    h('td', { 'data-label': 'Cost', 'data-micros': cost }, known(cost, dollarsOf)),
    cell('Commits', known(commits, integer)),
    h('td', { 'data-label': 'Last commit' }),
    cell('Changes', known(changes, integer)),
    h('td', { 'data-label': 'Coverage' }),
    cell('TODOs', known(todos, integer)),
    h('td', { 'data-label': 'Debt' }),
  );
}

/** Returns the number of projects, and of those that are not part of the sums. */
function countText(projects: readonly PageProject[]): string {
  const countState = (wanted: PageProject['state']): number =>
    projects.filter(({ state }) => state === wanted).length;
  const absent = [
    [countState('missing'), 'missing'],
    [countState('not-observed'), 'not observed'],
  ] as const;
  const notes = absent.flatMap(([count, text]) =>
    count === 0 ? [] : [`${integer(count)} ${text}, not counted`],
  );
  return [integer(projects.filter(isPresent).length), ...notes].join(' · ');
}

export const projectSection = (data: PageData, state: PageState): PageElement =>
  h(
    'section',
    { 'aria-labelledby': 'projects', id: 'all-projects' },
    h(
      'h2',
      { id: 'projects' },
      'Projects',
      h('span', { class: 'count' }, countText(data.projects ?? [])),
    ),
    tableTools(),
    projectTable(data, state, { selection: selectRows(data, state), isComplete: false }),
  );
