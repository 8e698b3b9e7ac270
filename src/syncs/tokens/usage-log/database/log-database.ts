import { getOrInsert } from '../../../../util/collections.ts';
import {
  matchColumn,
  quote,
  rowidColumn,
  selectFrom,
  toRow,
  type Row,
  type TableQuery,
} from './select-rows.ts';
import type { Connection, Statement } from './sqlite.ts';

export interface NewRowsQuery extends TableQuery {
  /** The column that identifies a row, to detect a database that was replaced. */
  readonly identity: string;
  /** Returns the time of the last change of a row in milliseconds; null if it has none. */
  readonly timeOf: (row: Row) => number | null;
}

export interface UpdatedRowsQuery extends Omit<NewRowsQuery, 'timeOf'> {
  /** The column with the time of the last update of a row, as ISO 8601 in UTC. */
  readonly updatedAt: string;
}

/** How far a table has been read. */
interface Cursor {
  /** The last row. */
  readonly rowid: bigint;
  readonly identity: unknown;
  /** The row before the first one that may still change. */
  readonly settled: bigint;
  /** The last update of a row, in milliseconds. */
  readonly updatedMs?: number;
}

/** By table. */
export type Cursors = ReadonlyMap<string, Cursor>;

export interface LogDatabaseOptions {
  readonly connection: Connection;
  readonly cursors: Cursors;
  /** When the database was last changed. */
  readonly changedMs: number;
}

/** Rows per statement. A statement locks the database of a program that writes with a rollback journal. */
const pageRows = 500;
/** Rows of one `rowsWith`. */
const maxRelatedRows = 10_000;
/** Rows change for as long, for example while a response is streamed. */
const changeableMs = 24 * 60 * 60_000;

/**
 * The tables of a database of unknown content. Only ordinary tables and stored columns are read: views, virtual
 * tables and generated columns execute code of the schema. Rows are read one by one in the order of their rowid,
 * which needs neither memory nor an index. Methods throw errors of `node:sqlite`.
 */
export class LogDatabase {
  private readonly connection: Connection;
  private readonly cursors: Map<string, Cursor>;
  private readonly changedMs: number;
  private readonly tables = new Map<string, ReadonlyMap<string, { readonly isKey: boolean }>>();
  private readonly indexed = new Map<string, boolean>();
  private readonly statements = new Map<string, Statement>();
  /** Whether the current row was read in an earlier run. */
  isRepeated = false;
  /** Whether a table was read from the start again. */
  isRestarted = false;

  constructor({ connection, cursors, changedMs }: LogDatabaseOptions) {
    this.connection = connection;
    this.cursors = new Map(cursors);
    this.changedMs = changedMs;
  }

  /** Returns how far the tables have been read. */
  get position(): Cursors {
    return this.cursors;
  }

  /** Returns those of some columns that a table has: later versions of a program add columns. */
  existing(table: string, columns: readonly string[]): readonly string[] {
    const existing = this.columnsOf(table);
    return columns.filter((column) => existing.has(column));
  }

  /** Whether there is a table that has these columns. */
  has(table: string, columns: readonly string[]): boolean {
    return this.existing(table, columns).length === columns.length;
  }

  /** Whether an index finds the rows with a value in a column. */
  isIndexed(table: string, column: string): boolean {
    return getOrInsert(this.indexed, JSON.stringify([table, column]), () => {
      if (this.columnsOf(table).get(column)?.isKey === true) return true;
      const indexes = this.prepare(
        `SELECT 1 FROM pragma_index_list(?) AS i, pragma_index_info(i.name) AS c
         WHERE i.partial = 0 AND c.seqno = 0 AND c.name = ?`,
      );
      return [...indexes.iterate(table, column)].length > 0;
    });
  }

  /**
   * Returns the rows that were added since the previous run, and those of the day before: they may have changed.
   * Returns all rows in the first run, and if the database was replaced or its last row was deleted.
   */
  *newRows(query: NewRowsQuery): Iterable<Row> {
    const known = this.cursors.get(query.table);
    const isContinued =
      known !== undefined && this.identityOf(query, known.rowid) === known.identity;
    const readBefore = isContinued ? known.rowid : null;
    if (known !== undefined && !isContinued) this.isRestarted = true;
    const select = this.selectPage(query);
    let position = isContinued ? known.settled : smallestRowid;
    let settled: bigint | null = null;
    let last = isContinued ? known.rowid : null;
    for (let count = pageRows; count === pageRows;) {
      count = 0;
      const previous: bigint = position;
      for (const values of select.iterate(previous)) {
        count += 1;
        const before = position;
        position = values[rowidColumn] as bigint;
        if (last === null || position > last) last = position;
        if (values[matchColumn] !== 1n) continue;
        const row = toRow(values);
        this.isRepeated = readBefore !== null && position <= readBefore;
        const timeMs = query.timeOf(row);
        if (timeMs !== null && timeMs > this.changedMs - changeableMs) settled ??= before;
        yield row;
      }
    }
    this.isRepeated = false;
    if (last === null) this.cursors.delete(query.table);
    else {
      const identity = this.identityOf(query, last);
      this.cursors.set(query.table, { rowid: last, identity, settled: settled ?? last });
    }
  }

  /**
   * Returns the rows that were added since the previous run, and those that were updated since the day before the last
   * update that it read. Of all other rows only the time of their update is read.
   */
  *updatedRows({ updatedAt, ...query }: UpdatedRowsQuery): Iterable<Row> {
    const known = this.cursors.get(query.table);
    const isContinued =
      known !== undefined && this.identityOf(query, known.rowid) === known.identity;
    if (known !== undefined && !isContinued) this.isRestarted = true;
    const since = new Date((known?.updatedMs ?? 0) - changeableMs).toISOString();
    // Times with any number of decimals are in alphabetical order.
    const isUpdated = `${quote(updatedAt)} >= '${since.slice(0, 19)}'`;
    const where = isContinued ? `rowid > ${String(known.rowid)} OR ${isUpdated}` : '1';
    let last = isContinued ? known.rowid : null;
    let updatedMs = isContinued ? (known.updatedMs ?? 0) : 0;
    for (const [rowid, row] of this.matches({ ...query, where })) {
      this.isRepeated = isContinued && rowid <= known.rowid;
      if (last === null || rowid > last) last = rowid;
      const time = Date.parse(String(row[updatedAt]));
      // A time in the future must not hide later updates.
      if (time > updatedMs) updatedMs = Math.min(time, this.changedMs);
      yield row;
    }
    this.isRepeated = false;
    if (last === null) return;
    const identity = this.identityOf(query, last);
    this.cursors.set(query.table, { rowid: last, identity, settled: last, updatedMs });
  }

  /** Returns all rows of a small table. */
  *rows(query: TableQuery): Iterable<Row> {
    for (const [, row] of this.matches(query)) yield row;
  }

  private *matches(query: TableQuery): Iterable<readonly [rowid: bigint, row: Row]> {
    let position = smallestRowid;
    const select = this.selectPage(query);
    for (let count = pageRows; count === pageRows;) {
      count = 0;
      const previous: bigint = position;
      for (const values of select.iterate(previous)) {
        count += 1;
        position = values[rowidColumn] as bigint;
        if (values[matchColumn] === 1n) yield [position, toRow(values)];
      }
    }
  }

  /**
   * Returns the rows with a value in a column, in the order of their rowid. Returns none if the column has no index:
   * each call would read the complete table.
   */
  rowsWith(column: string, value: string, query: TableQuery): readonly Row[] {
    if (!this.isIndexed(query.table, column)) return [];
    const { where = '1', limit = maxRelatedRows } = query;
    const select = this.prepare(
      `${selectFrom({ ...query, where: '1' })} WHERE ${quote(column)} = ? AND (${where})
       ORDER BY rowid LIMIT ${String(limit)}`,
    );
    return Array.from(select.iterate(value), toRow);
  }

  private identityOf(
    { table, identity }: Pick<NewRowsQuery, 'table' | 'identity'>,
    rowid: bigint,
  ): unknown {
    const select = this.prepare(`${selectFrom({ table, columns: [identity] })} WHERE rowid = ?`);
    for (const row of select.iterate(rowid)) return toRow(row)[identity];
    return undefined;
  }

  private selectPage(query: TableQuery): Statement {
    return this.prepare(
      `${selectFrom(query)} WHERE rowid > ? ORDER BY rowid LIMIT ${String(pageRows)}`,
    );
  }

  private columnsOf(table: string): ReadonlyMap<string, { readonly isKey: boolean }> {
    return getOrInsert(this.tables, table, () => {
      const [info] = this.prepare(
        'SELECT type, wr FROM pragma_table_list(?) WHERE schema = ?',
      ).iterate(table, 'main');
      if (info?.['type'] !== 'table' || info['wr'] !== 0n) return new Map();
      const columns = this.prepare('SELECT name, hidden, pk FROM pragma_table_xinfo(?)');
      const existing = [...columns.iterate(table)].map((column) => ({
        name: String(column['name']),
        isStored: column['hidden'] === 0n,
        isKey: column['pk'] === 1n,
      }));
      if (existing.some(({ name }) => /^rowid$/i.test(name))) return new Map();
      const stored = existing.filter(({ isStored }) => isStored);
      return new Map(stored.map((column) => [column.name, column]));
    });
  }

  private prepare(sql: string): Statement {
    return getOrInsert(this.statements, sql, () => {
      const statement = this.connection.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    });
  }
}

const smallestRowid = -(2n ** 63n);
