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
import type { PageProject } from '../../page-data.ts';
import { sparkline } from '../charts/sparkline.ts';
import { h, type Content, type PageElement } from '../element.ts';
import { changesOf, isPresent, labelsOf, type Days } from '../model.ts';
import type { PageState } from '../page-state.ts';
import { subtotalOf, type Row, type RowGroup } from '../select.ts';
import { projectLink } from './project-links.ts';
import { reasonName } from './reason-names.ts';

const cell = (column: string, value: Content, note: Content = null): PageElement =>
  h('td', { 'data-label': column }, value, note !== null && h('small', note));

const known = <Value>(value: Value | null | undefined, text: (value: Value) => string): Content =>
  value === null || value === undefined
    ? h('span.unknown', { title: 'unknown' }, unknown)
    : text(value);

/** Renders a project with its numbers in a range. */
export function projectRow(row: Row, state: PageState, days: Days): PageElement {
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
        labels.length !== 0 && h('span', labels.join(' · ')),
        h('span.path', project.path),
      ),
    ),
    h(
      'td',
      { 'data-label': 'Needs', class: 'marks' },
      attention.map((reason) => h('em', { class: severityClass(reason) }, reasonName(reason.code))),
      attention.length <= 0 && absenceText(project),
    ),
    h(
      'td',
      { 'data-label': 'Cost', 'data-micros': cost },
      sparkline(project.costs ?? [], days),
      h('span.cost', known(cost, dollarsOf)),
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
  if (state === 'missing') return h('em.muted', 'missing');
  return state === 'not-observed'
    ? h(
        'em.muted',
        `not observed since ${absentSince === undefined ? unknown : shortDay(absentSince)}`,
      )
    : null;
}

/** Renders the subtotal of a group. */
export function groupRow(group: RowGroup, { group: by }: PageState): PageElement {
  const { projects, needing, cost, commits, changes, todos } = subtotalOf(group);
  return h(
    'tr.subtotal',
    h(
      'th',
      { scope: 'rowgroup' },
      group.value ?? `no ${by}`,
      ' ',
      h('small', countOf(projects, 'project')),
    ),
    h('td', { 'data-label': 'Needs' }, needing !== 0 && `${integer(needing)} need you`),
    h('td', { 'data-label': 'Cost', 'data-micros': cost }, known(cost, dollarsOf)),
    cell('Commits', known(commits, integer)),
    h('td', { 'data-label': 'Last commit' }),
    cell('Changes', known(changes, integer)),
    h('td', { 'data-label': 'Coverage' }),
    cell('TODOs', known(todos, integer)),
    h('td', { 'data-label': 'Debt' }),
  );
}
