import { isFound } from '../../schema/project-states.ts';
import { callsForAction } from '../../schema/attention-codes.ts';
import type { ProjectRow } from '../../analytics/overview.ts';
import type { ProjectOrder } from '../../analytics/select-projects.ts';
import { projectColumnNames, type ProjectColumnName } from '../../schema/project-column-names.ts';
import { userFieldValues, type UserFieldName } from '../../schema/user-fields.ts';
import { sanitizeLine } from '../../util/text.ts';
import { formatAge } from '../format-time.ts';
import { formatUsd } from '../format-numbers.ts';
import type { StyleName } from '../style.ts';
import { numberColumn, type Column } from '../table.ts';

type ProjectColumn = Column<ProjectRow>;

const isBad = (row: ProjectRow): boolean => row.state !== 'ok' && isFound(row);

const sign: ProjectColumn = {
  title: '',
  text: (row) =>
    isBad(row)
      ? '✗'
      : row.state === 'not-observed'
        ? '?'
        : row.attention.some(callsForAction)
          ? '!'
          : '',
  priority: 0,
  style: (row): StyleName => (isBad(row) ? 'bad' : 'warning'),
};
const name: ProjectColumn = {
  title: 'PROJECT',
  text: (row) => sanitizeLine(row.name) || sanitizeLine(row.id),
  priority: 0,
  narrowest: 12,
};
const state: ProjectColumn = {
  title: 'STATE',
  text: (row) => row.state,
  priority: 4,
  omitIfConstant: true,
  style: (row) => (isBad(row) ? 'bad' : !isFound(row) ? 'faint' : null),
};
const branch: ProjectColumn = {
  title: 'BRANCH',
  text: (row) => (row.branch === null ? '-' : sanitizeLine(row.branch)),
  priority: 5,
  narrowest: 8,
};
const changes = numberColumn<ProjectRow>('CHANGES', 3, (row) => row.changes);
/** Returns ahead and behind in the notation of git's prompt; empty without an upstream. */
const upstream: ProjectColumn = {
  title: 'PUSH',
  text: ({ ahead, behind }) =>
    [ahead ? `↑${String(ahead)}` : '', behind ? `↓${String(behind)}` : ''].join(''),
  priority: 6,
  omitIfConstant: true,
};
const coverage = numberColumn<ProjectRow>('COVER', 7, (row) => row.coverage?.toFixed(1) ?? null);
const todos = numberColumn<ProjectRow>('TODO', 9, (row) => row.todos);
const cost = numberColumn<ProjectRow>(
  'COST30D',
  8,
  (row) => row.cost30Usd && formatUsd(row.cost30Usd),
);
const lastCommit = (now: Date): ProjectColumn =>
  numberColumn<ProjectRow>(
    'COMMIT',
    2,
    (row) => row.lastCommit && formatAge(new Date(row.lastCommit), now),
  );
const note: ProjectColumn = {
  title: 'NOTE',
  text: ({ attention, notObservedSince }) =>
    [
      ...attention.filter(callsForAction).map(({ message }) => sanitizeLine(message)),
      ...(notObservedSince === null ? [] : [`not observed since ${notObservedSince.slice(0, 10)}`]),
    ].join('; '),
  // The last to be shortened: other columns are omitted first.
  priority: 0,
  cut: 'end',
};

/** Columns of the `status` table, with the reasons why a project needs attention. */
export const attentionColumns: readonly ProjectColumn[] = [
  sign,
  name,
  state,
  branch,
  changes,
  coverage,
  todos,
  note,
];

const userColumn = (field: UserFieldName, priority: number): ProjectColumn => ({
  title: field.toUpperCase(),
  text: (row) => sanitizeLine(userFieldValues(row, field).join(', ')),
  priority,
  narrowest: 8,
  cut: 'end',
});
const client = userColumn('client', 7);
const tags = userColumn('tags', 8);
const deadline = userColumn('deadline', 8);
const notes = userColumn('notes', 11);

/** Returns a column for each field of the user that a row has a value of. */
const userColumns = (rows: readonly ProjectRow[]): readonly ProjectColumn[] =>
  [client, tags, deadline, notes].filter(({ text }) => rows.some((row) => text(row) !== ''));

const texts = (
  title: string,
  text: (row: ProjectRow) => string,
  cut: 'middle' | 'end',
): ProjectColumn => ({
  title,
  text: (row) => sanitizeLine(text(row)) || '-',
  priority: 0,
  narrowest: 8,
  cut,
});

/** The titles of the columns that orders sort by; others are the name, or in no column. */
const sortedTitles: Partial<Record<ProjectOrder, string>> = {
  branch: 'BRANCH',
  changes: 'CHANGES',
  ahead: 'PUSH',
  behind: 'PUSH',
  commit: 'COMMIT',
  coverage: 'COVER',
  todos: 'TODO',
  cost: 'COST30D',
  client: 'CLIENT',
  deadline: 'DEADLINE',
};

/** Columns of the `projects` table. The one that the rows are sorted by is never omitted. */
export const projectColumns = (
  now: Date,
  rows: readonly ProjectRow[],
  order: ProjectOrder,
): readonly ProjectColumn[] =>
  allColumns(now, rows).map((column) =>
    column.title === sortedTitles[order]
      ? { ...column, priority: 0, omitIfConstant: false }
      : column,
  );

const allColumns = (now: Date, rows: readonly ProjectRow[]): readonly ProjectColumn[] => [
  sign,
  name,
  branch,
  changes,
  upstream,
  lastCommit(now),
  coverage,
  todos,
  cost,
  ...userColumns(rows),
  ...(rows.some((row) => note.text(row) !== '') ? [{ ...note, priority: 1, narrowest: 22 }] : []),
];

/** Returns the chosen columns for the table. In a narrow terminal, the last ones are omitted first. */
export function chosenColumns(
  names: readonly ProjectColumnName[],
  now: Date,
): readonly ProjectColumn[] {
  const byName: Readonly<Record<ProjectColumnName, ProjectColumn>> = {
    id: texts('ID', (row) => row.id, 'middle'),
    name,
    path: texts('PATH', (row) => row.path, 'middle'),
    kind: texts('KIND', (row) => row.type, 'end'),
    state,
    branch,
    changes,
    ahead: numberColumn<ProjectRow>('AHEAD', 0, (row) => row.ahead),
    behind: numberColumn<ProjectRow>('BEHIND', 0, (row) => row.behind),
    lastCommit: lastCommit(now),
    coverage,
    todos,
    cost30Usd: cost,
    stack: texts('STACK', (row) => row.stack.join(', '), 'end'),
    tags,
    attention: note,
    client,
    deadline,
    notes,
  };
  return names.map((one, index) => ({ ...byName[one], priority: index, omitIfConstant: false }));
}

type Value = string | number | null;

const valuesByName: Readonly<Record<ProjectColumnName, (row: ProjectRow) => Value>> = {
  id: (row) => row.id,
  name: (row) => row.name,
  path: (row) => row.path,
  kind: (row) => row.type,
  state: (row) => row.state,
  branch: (row) => row.branch,
  changes: (row) => row.changes,
  ahead: (row) => row.ahead,
  behind: (row) => row.behind,
  lastCommit: (row) => row.lastCommit,
  coverage: (row) => row.coverage,
  todos: (row) => row.todos,
  cost30Usd: (row) => (row.cost30Usd === null ? null : Number(row.cost30Usd)),
  stack: (row) => row.stack.join(' '),
  tags: (row) => row.tags.join(' '),
  attention: (row) => row.attention.map(({ message }) => message).join('; '),
  client: (row) => row.client,
  deadline: (row) => row.deadline,
  notes: (row) => row.notes,
};

/** Returns the untruncated values of a project for exports and as a `--plain` record; unknown values are null. */
export const projectRecord = (
  row: ProjectRow,
  names: readonly ProjectColumnName[] = projectColumnNames,
): readonly Value[] => names.map((one) => valuesByName[one](row));
