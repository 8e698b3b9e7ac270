import { isFound } from '../schema/project-states.ts';
import { userFieldValues, type UserFieldName } from '../schema/user-fields.ts';
import { getOrInsert } from '../util/collections.ts';
import { needsAttention, type ProjectRow } from './overview.ts';
import { addKnown, toMicros } from './usage/money.ts';

/** The projects with the same value of a field of the user, and their sums. */
export interface ProjectGroup {
  /** Null for the projects without a value. */
  readonly value: string | null;
  /** Without projects that the last run did not find, like the sums. */
  readonly projects: number;
  readonly needingAttention: number;
  /** Sums of the known values; null if none is known. */
  readonly changes: number | null;
  readonly todos: number | null;
  /** Microdollars. */
  readonly cost30: number | null;
}

/**
 * Returns groups by value, in alphabetical order, the projects without a value last. A project with several tags is in
 * several groups.
 */
export function groupProjects(
  rows: readonly ProjectRow[],
  field: UserFieldName,
): readonly ProjectGroup[] {
  const groups = new Map<string, ProjectRow[]>();
  const others: ProjectRow[] = [];
  for (const row of rows) {
    const values = new Set(userFieldValues(row, field));
    for (const value of values) getOrInsert(groups, value, () => []).push(row);
    if (values.size === 0) others.push(row);
  }
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...sorted.map(([value, members]) => groupOf(value, members)),
    ...(others.length === 0 ? [] : [groupOf(null, others)]),
  ];
}

function groupOf(value: string | null, members: readonly ProjectRow[]): ProjectGroup {
  const rows = members.filter(isFound);
  const sum = (of: (row: ProjectRow) => number | null): number | null =>
    rows.reduce<number | null>((all, row) => addKnown(all, of(row)), null);
  return {
    value,
    projects: rows.length,
    needingAttention: rows.filter(needsAttention).length,
    changes: sum(({ changes }) => changes),
    todos: sum(({ todos }) => todos),
    cost30: sum(({ cost30Usd }) => toMicros(cost30Usd)),
  };
}
