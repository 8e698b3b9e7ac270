import { addKnown } from '../../analytics/usage/money.ts';
import { callsForAction } from '../../schema/attention-codes.ts';
import { getOrInsert } from '../../util/collections.ts';
import type { PageData, PageProject } from '../page-data.ts';
import { parseFilter } from './filter.ts';
import {
  changesOf,
  daysOf,
  debtLevels,
  isPresent,
  needsYou,
  newCommits,
  projectCost,
  qualityChange,
  type Days,
} from './model.ts';
import type { Grouping, PageState, SortKey } from './page-state.ts';

/** A project with its numbers in the range. */
export interface Row {
  readonly project: PageProject;
  readonly cost: number | null;
  readonly commits: number | null;
  readonly coverageChange: number | null;
  readonly todosChange: number | null;
}

/** Rows with the same value of a field. */
export interface RowGroup {
  /** Null for rows without a value, and if rows are not grouped. */
  readonly value: string | null;
  readonly rows: readonly Row[];
}

/** Returns the numbers of each project in the range. */
export function rowsOf(data: PageData, { range }: Pick<PageState, 'range'>): readonly Row[] {
  const days = daysOf(data, range);
  const utcDays = utcDaysOf(data, { range });
  return (data.projects ?? []).map((project) => ({
    project,
    cost: projectCost(data, project, days),
    commits: newCommits(project, range, utcDays),
    coverageChange: qualityChange(project, 'coverage', range, utcDays),
    todosChange: qualityChange(project, 'todos', range, utcDays),
  }));
}

/** The rows that a filter selects. */
export interface Selection {
  readonly groups: readonly RowGroup[];
  readonly count: number;
  /** Why the filter is invalid; null if it is valid. */
  readonly problem: string | null;
}

/** Returns the rows that the filter selects, in order, by group. */
export function selectRows(data: PageData, state: PageState): Selection {
  const { matches, problem } = parseFilter(state.query);
  const days = daysOf(data, state.range);
  const context = { data, range: state.range, days, utcDays: utcDaysOf(data, state) };
  const selected = rowsOf(data, state).filter(({ project }) => matches(project, context));
  const rows = sortRows(selected, state);
  return { groups: groupRows(rows, state.group), count: rows.length, problem };
}

const byName = new Intl.Collator('en', { numeric: true });

const numbers: Readonly<Record<Exclude<SortKey, 'name'>, (row: Row) => number | null | undefined>> =
  {
    needs: ({ project: { attention = [] } }) => attention.filter(callsForAction).length || null,
    cost: ({ cost }) => cost,
    commits: ({ commits }) => commits,
    commit: ({ project: { lastCommit } }) =>
      lastCommit?.at == null ? null : Date.parse(lastCommit.at),
    changes: ({ project }) => changesOf(project),
    coverage: ({ project: { coverage } }) => coverage,
    todos: ({ project: { todos } }) => todos,
    debt: ({ project: { debt } }) => (debt === undefined ? null : debtLevels.indexOf(debt)),
  };

/** Sorts rows; unknown values are last in both directions. */
function sortRows(rows: readonly Row[], { sort, descending }: PageState): readonly Row[] {
  if (sort === null) return rows;
  const sign = descending ? -1 : 1;
  if (sort === 'name') {
    return rows.toSorted((a, b) => sign * byName.compare(a.project.name, b.project.name));
  }
  const keyed = rows.map((row) => ({ row, value: numbers[sort](row) ?? null }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null);
    return sign * (a.value - b.value);
  });
  return keyed.map(({ row }) => row);
}

const valuesOf = (project: PageProject, by: Exclude<Grouping, 'none'>): readonly string[] => {
  switch (by) {
    case 'client':
      return project.client === undefined ? [] : [project.client];
    case 'tag':
      return [...new Set(project.tags)];
    case 'directory':
      return [directoryOf(project)];
  }
};

/** Returns the directory that contains a project. */
export const directoryOf = ({ path }: PageProject): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\'))) || '/';

/** Returns groups by value, those without one last. A project with several tags is in several groups. */
function groupRows(rows: readonly Row[], by: Grouping): readonly RowGroup[] {
  if (by === 'none') return [{ value: null, rows }];
  const groups = new Map<string, Row[]>();
  const others: Row[] = [];
  for (const row of rows) {
    const values = valuesOf(row.project, by);
    if (values.length === 0) others.push(row);
    for (const value of values) getOrInsert(groups, value, () => []).push(row);
  }
  return [
    ...[...groups]
      .sort(([a], [b]) => byName.compare(a, b))
      .map(([value, members]) => ({ value, rows: members })),
    ...(others.length === 0 ? [] : [{ value: null, rows: others }]),
  ];
}

/** Returns the sums of the projects of a group that the last run found. */
export function subtotalOf(group: RowGroup) {
  const rows = group.rows.filter(({ project }) => isPresent(project));
  const sum = (of: (row: Row) => number | null | undefined): number | null =>
    rows.reduce<number | null>((all, row) => addKnown(all, of(row) ?? null), null);
  return {
    projects: rows.length,
    needing: rows.filter(({ project }) => needsYou(project)).length,
    cost: sum(({ cost }) => cost),
    commits: sum(({ commits }) => commits),
    changes: sum(({ project }) => changesOf(project)),
    todos: sum(({ project }) => project.todos),
  };
}

/** The days of a range in UTC, for everything but costs. */
export const utcDaysOf = (data: PageData, { range }: Pick<PageState, 'range'>): Days =>
  daysOf(data, range, data.day);
