import type { Log, Usage, UsageRecord } from '../agent.ts';
import {
  column,
  comparePrecedence,
  copyRow,
  noUsages,
  readPrecedence,
  readRow,
  rowWidth,
  writeRow,
  type Precedence,
} from './record-row.ts';

const pageRows = 4096;

interface AddedRow {
  readonly log: Log;
  readonly key: string;
  readonly extraUsages: readonly Usage[];
  readonly isRevision: boolean;
}

interface PackedRow extends Omit<AddedRow, 'isRevision'> {
  readonly numbers: Float64Array;
  readonly start: number;
  readonly nameOf: (index: number) => string | undefined;
}

/**
 * The records of all logs, by key. Each log that contains a key has one record for it, the preferred one, so
 * that a log can be read again without reading the others.
 */
export class RecordTable {
  /** The first row of each key. */
  readonly first = new Map<string, number>();
  /** Projects, vendors and models. */
  readonly names = new Register<string>();
  /** By row; few records have any. */
  readonly extraUsages = new Map<number, readonly Usage[]>();
  private readonly logs = new Register<Log>();
  private readonly pages: Float64Array[] = [];
  private readonly keysByRow: (string | undefined)[] = [];
  /** The row that is being added. */
  private readonly added = new Float64Array(rowWidth);

  /** The number of keys. */
  get size(): number {
    return this.first.size;
  }

  add(log: Log, record: UsageRecord): void {
    const { key, extraUsages, isRevision = false } = record;
    writeRow(this.added, record, this.names);
    this.addRow({ log, key, extraUsages, isRevision });
  }

  /**
   * Adds the row that starts at `start` of a packed table; `nameOf` returns the name of an index in it. Without an
   * object per record, because each shape of those makes V8 compile all of this again.
   */
  addPacked({ log, key, numbers, start, nameOf, extraUsages }: PackedRow): void {
    const { added, names } = this;
    copyRow(numbers, start, added, 0);
    for (const which of [column.project, column.vendor, column.model]) {
      const name = nameOf(added[which] ?? -1);
      added[which] = name === undefined ? -1 : names.indexOf(name);
    }
    this.addRow({ log, key, extraUsages, isRevision: false });
  }

  /** Removes the records of a key. */
  remove(key: string): void {
    for (let row = this.first.get(key) ?? -1; row !== -1; row = this.nextOf(row)) {
      this.keysByRow[row] = undefined;
    }
    this.first.delete(key);
  }

  /** The rows of a key, from its first one on. */
  rowsFrom(firstRow: number): readonly number[] {
    const rows: number[] = [];
    for (let row = firstRow; row !== -1; row = this.nextOf(row)) rows.push(row);
    return rows;
  }

  /** Returns the row that takes precedence; see `forEachResponse`. */
  preferredRow(row: number, other: number): number {
    const order = comparePrecedence(this.precedenceOf(other), this.precedenceOf(row));
    if (order !== 0) return order > 0 ? other : row;
    return this.logOf(other).path < this.logOf(row).path ? other : row;
  }

  /** Returns the keys by row, which is the order of reading. Removed records have none. */
  keys(): readonly (string | undefined)[] {
    return this.keysByRow;
  }

  timeOf(row: number): number {
    return this.pageOf(row)[startOf(row) + column.timeMs] ?? NaN;
  }

  rankOf(row: number): number {
    return this.precedenceOf(row).rank;
  }

  tokensOf(row: number): number {
    return this.precedenceOf(row).tokens;
  }

  /** Whether two records are of the same number of tokens of each kind. */
  hasSameCounts(row: number, other: number): boolean {
    const [numbers, otherNumbers] = [this.pageOf(row), this.pageOf(other)];
    for (let which: number = column.input; which < column.webSearches; which += 1) {
      if (numbers[startOf(row) + which] !== otherNumbers[startOf(other) + which]) return false;
    }
    return true;
  }

  logOf(row: number): Log {
    const log = this.logs.values[this.pageOf(row)[startOf(row) + column.log] ?? -1];
    if (log === undefined) throw new Error(`row ${String(row)} has no log`);
    return log;
  }

  /** Returns the record of a row, without its key. */
  recordOf(row: number): Omit<UsageRecord, 'key'> {
    const { timeMs, rank, project, usage } = readRow(
      this.pageOf(row),
      startOf(row),
      this.names.values,
    );
    return { timeMs, rank, project, usage, extraUsages: this.extraUsages.get(row) ?? noUsages };
  }

  /** Copies the numbers of a row to `target`. */
  copyRow(row: number, target: Float64Array, offset: number): void {
    copyRow(this.pageOf(row), startOf(row), target, offset);
  }

  /** Adds the row in `added`. */
  private addRow({ log, key, extraUsages, isRevision }: AddedRow): void {
    const firstRow = this.first.get(key);
    if (firstRow === undefined) {
      this.first.set(key, this.append(log, key, extraUsages));
      return;
    }
    for (let row = firstRow; ; row = this.nextOf(row)) {
      if (this.logOf(row) === log) {
        const precedence = readPrecedence(this.added, 0);
        if (isRevision || comparePrecedence(precedence, this.precedenceOf(row)) > 0) {
          this.write(row, log, { next: this.nextOf(row), extraUsages });
        }
        return;
      }
      if (this.nextOf(row) === -1) {
        const next = this.append(log, key, extraUsages);
        this.pageOf(row)[startOf(row) + column.next] = next;
        return;
      }
    }
  }

  private append(log: Log, key: string, extraUsages: readonly Usage[]): number {
    const row = this.keysByRow.push(key) - 1;
    if (row % pageRows === 0) this.pages.push(new Float64Array(pageRows * rowWidth));
    this.write(row, log, { next: -1, extraUsages });
    return row;
  }

  private write(
    row: number,
    log: Log,
    { next, extraUsages }: { readonly next: number; readonly extraUsages: readonly Usage[] },
  ): void {
    this.added[column.next] = next;
    this.added[column.log] = this.logs.indexOf(log);
    copyRow(this.added, 0, this.pageOf(row), startOf(row));
    if (extraUsages.length > 0) this.extraUsages.set(row, extraUsages);
    else this.extraUsages.delete(row);
  }

  private precedenceOf(row: number): Precedence {
    return readPrecedence(this.pageOf(row), startOf(row));
  }

  private nextOf(row: number): number {
    return this.pageOf(row)[startOf(row) + column.next] ?? -1;
  }

  private pageOf(row: number): Float64Array {
    const page = this.pages[Math.floor(row / pageRows)];
    if (page === undefined) throw new Error(`unknown row ${String(row)}`);
    return page;
  }
}

const startOf = (row: number): number => (row % pageRows) * rowWidth;

/** Values by index, in the order in which they were first seen. */
class Register<Value> {
  readonly values: Value[] = [];
  private readonly indexes = new Map<Value, number>();

  indexOf(value: Value): number {
    let index = this.indexes.get(value);
    if (index === undefined) {
      index = this.values.push(value) - 1;
      this.indexes.set(value, index);
    }
    return index;
  }
}
