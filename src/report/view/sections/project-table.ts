import { integer } from '../../format-values.ts';
import type { PageData, PageProject } from '../../page-data.ts';
import { h, type PageElement } from '../element.ts';
import { daysOf, isPresent } from '../model.ts';
import type { PageState, SortKey } from '../page-state.ts';
import { selectRows, type Selection } from '../select.ts';
import { groupRow, projectRow } from './project-rows.ts';
import { tableTools } from './table-tools.ts';

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
        'p.empty',
        (data.projects ?? []).length === 0 ? 'No projects yet.' : 'No project matches the filter. ',
        (data.projects ?? []).length > 0 &&
          h('button', { type: 'button', 'data-action': 'clear' }, 'Clear the filter'),
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
          state.group !== 'none' && groupRow(group, state),
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
      'table.projects',
      { id: 'table' },
      h('caption.hide', 'All projects with cost, activity and quality'),
      h(
        'thead',
        h(
          'tr',
          heads.map((column) => head(column, state)),
        ),
      ),
      body,
    ),
    hidden > 0 &&
      h(
        'p.muted',
        { id: 'rest' },
        `${integer(hidden)} more rows `,
        h('noscript', '(shown only with scripts enabled)'),
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
    h('h2', { id: 'projects' }, 'Projects', h('span.count', countText(data.projects ?? []))),
    tableTools(),
    projectTable(data, state, { selection: selectRows(data, state), isComplete: false }),
  );
