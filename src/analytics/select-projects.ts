import { userFieldNames, userFieldValues } from '../schema/user-fields.ts';
import { attentionRank, type ProjectRow } from './overview.ts';

type Key = string | number | null;

/** Small keys come first, so numbers are negated: the largest, newest and most severe values lead the list. */
const keys = {
  attention: attentionRank,
  name: ({ name }) => name.toLowerCase(),
  path: ({ path }) => path,
  branch: ({ branch }) => branch,
  changes: ({ changes }) => descending(changes),
  ahead: ({ ahead }) => descending(ahead),
  behind: ({ behind }) => descending(behind),
  commit: ({ lastCommit }) => descending(lastCommit === null ? null : Date.parse(lastCommit)),
  coverage: ({ coverage }) => coverage,
  todos: ({ todos }) => descending(todos),
  cost: ({ cost30Usd }) => descending(cost30Usd === null ? null : Number(cost30Usd)),
  client: ({ client }) => client?.toLowerCase() ?? null,
  deadline: ({ deadline }) => deadline,
} as const satisfies Readonly<Record<string, (row: ProjectRow) => Key>>;

export type ProjectOrder = keyof typeof keys;

/** The sort keys of `projects`. */
export const projectOrders = Object.keys(keys) as readonly ProjectOrder[];

export interface Selection {
  /**
   * All words must occur in name, path, branch, stack or the fields of the user; case-insensitive. `client=ACME`
   * selects by the value of a field of the user, `client=` the projects without one.
   */
  readonly words: readonly string[];
  readonly dirty: boolean;
  /** Select missing projects instead of existing ones. */
  readonly missing: boolean;
  readonly order: ProjectOrder;
  readonly reverse: boolean;
}

/** Returns the selected rows in order. Unknown values come last in both directions. */
export function selectProjects(
  rows: readonly ProjectRow[],
  { words, dirty, missing, order, reverse }: Selection,
): readonly ProjectRow[] {
  const filters = words.map(filterOf);
  const keyOf: (row: ProjectRow) => Key = keys[order];
  return rows
    .filter((row) => (row.state === 'missing') === missing)
    .filter((row) => !dirty || row.dirty === true)
    .filter((row) => filters.every((matches) => matches(row)))
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => compare(a.key, b.key, reverse) || compare(a.row.name, b.row.name, false))
    .map(({ row }) => row);
}

function filterOf(word: string): (row: ProjectRow) => boolean {
  const wanted = word.toLowerCase();
  const field = userFieldNames.find((name) => wanted.startsWith(`${name}=`));
  if (field === undefined) return (row) => searchedText(row).includes(wanted);
  const value = wanted.slice(field.length + 1).trim();
  return (row) => {
    const values = userFieldValues(row, field).map((one) => one.toLowerCase());
    if (value === '') return values.length === 0;
    // Notes are prose.
    return field === 'notes' ? values.some((one) => one.includes(value)) : values.includes(value);
  };
}

function searchedText(row: ProjectRow): string {
  const { id, name, path, branch, stack } = row;
  const own = userFieldNames.flatMap((field) => userFieldValues(row, field));
  return [id, name, path, branch ?? '', ...stack, ...own].join('\n').toLowerCase();
}

const descending = (number: number | null): number | null => (number === null ? null : -number);

function compare(a: Key, b: Key, reverse: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const sign = a < b ? -1 : Number(a > b);
  return reverse ? -sign : sign;
}
