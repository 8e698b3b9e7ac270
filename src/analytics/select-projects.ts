import { rankOf, type ProjectRow } from './overview.ts';

/** By what projects can be sorted. */
export const projectOrders = [
  'attention',
  'name',
  'path',
  'branch',
  'changes',
  'ahead',
  'behind',
  'commit',
  'coverage',
  'todos',
  'cost',
] as const;

export type ProjectOrder = (typeof projectOrders)[number];

export interface Selection {
  /** Words that all have to be found, in whatever case, in name, path, branch, stack or tags. */
  readonly words: readonly string[];
  readonly dirty: boolean;
  /** Those that have vanished; without it only those that are there. */
  readonly missing: boolean;
  readonly order: ProjectOrder;
  readonly reverse: boolean;
}

/** The projects that are asked for, in order. What is not known comes last, whichever the direction. */
export function selectProjects(
  rows: readonly ProjectRow[],
  { words, dirty, missing, order, reverse }: Selection,
): readonly ProjectRow[] {
  const wanted = words.map((word) => word.toLowerCase());
  const keyOf = keys[order];
  return rows
    .filter((row) => (row.state === 'missing') === missing)
    .filter((row) => !dirty || row.dirty === true)
    .filter((row) => {
      const text = searchedText(row);
      return wanted.every((word) => text.includes(word));
    })
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => compare(a.key, b.key, reverse) || compare(a.row.name, b.row.name, false))
    .map(({ row }) => row);
}

const searchedText = ({ id, name, path, branch, stack, tags }: ProjectRow): string =>
  [id, name, path, branch ?? '', ...stack, ...tags].join('\n').toLowerCase();

type Key = string | number | null;

/** Small keys come first: what a person looks for in such a list is the most, the newest, the worst. */
const keys: Readonly<Record<ProjectOrder, (row: ProjectRow) => Key>> = {
  attention: rankOf,
  name: ({ name }) => name.toLowerCase(),
  path: ({ path }) => path,
  branch: ({ branch }) => branch,
  changes: ({ changes }) => most(changes),
  ahead: ({ ahead }) => most(ahead),
  behind: ({ behind }) => most(behind),
  commit: ({ lastCommit }) => most(lastCommit === null ? null : Date.parse(lastCommit)),
  coverage: ({ coverage }) => coverage,
  todos: ({ todos }) => most(todos),
  cost: ({ cost30Usd }) => most(cost30Usd === null ? null : Number(cost30Usd)),
};

const most = (number: number | null): number | null => (number === null ? null : -number);

function compare(a: Key, b: Key, reverse: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const sign = a < b ? -1 : Number(a > b);
  return reverse ? -sign : sign;
}
