import type { SqliteRow } from './sqlite.ts';

/** Integers that a number can't represent are NaN, values that are too long are null. */
export type Row = Readonly<Record<string, unknown>>;

export interface TableQuery {
  readonly table: string;
  readonly columns: readonly string[];
  /** An SQL expression. Of the rows that do not match, no value is read. Long ones with `contains`. */
  readonly where?: string;
  /** The greatest number of rows of `rowsWith`. */
  readonly limit?: number;
  /** Longer values are not read; 1 MiB by default. */
  readonly maxValueBytes?: number;
}

/** Longer values have no token counts. */
const defaultMaxValueBytes = 1024 * 1024;

/**
 * Returns the condition that a value contains a text without quotation marks of SQL. A value of more than `maxBytes` is
 * not read.
 */
export const contains = (column: string, text: string, maxBytes = defaultMaxValueBytes): string =>
  `CASE WHEN octet_length(${quote(column)}) <= ${String(maxBytes)}
    THEN instr(${quote(column)}, '${text}') > 0 ELSE FALSE END`;

export const rowidColumn = ' rowid';
export const matchColumn = ' matches';

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns a statement without its end. octet_length() reads the length of a value without the value. */
export function selectFrom({
  table,
  columns,
  where = '1',
  maxValueBytes = defaultMaxValueBytes,
}: TableQuery): string {
  const values = columns.map((column) => {
    const name = quote(column);
    return `CASE WHEN (${where}) AND octet_length(${name}) <= ${String(maxValueBytes)} THEN ${name} END AS ${name}`;
  });
  const all = [
    `rowid AS ${quote(rowidColumn)}`,
    `(${where}) IS TRUE AS ${quote(matchColumn)}`,
    ...values,
  ];
  return `SELECT ${all.join(', ')} FROM main.${quote(table)}`;
}

export const toRow = (values: SqliteRow): Row =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? toNumber(value) : value,
    ]),
  );

function toNumber(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : NaN;
}
