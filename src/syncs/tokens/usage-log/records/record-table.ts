import { totalTokens } from '../../token-counts.ts';
import type { Log, Usage, UsageRecord } from '../agent.ts';
import {
  column,
  comparePrecedence,
  noUsages,
  readPrecedence,
  readRow,
  rowWidth,
  writeRow,
  type Precedence,
} from './record-row.ts';

const pageRows = 4096;

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
  private rowCount = 0;

  /** The number of keys. */
  get size(): number {
    return this.first.size;
  }

  add(log: Log, record: UsageRecord): void {
    const firstRow = this.first.get(record.key);
    if (firstRow === undefined) {
      this.first.set(record.key, this.append(log, record));
      return;
    }
    for (let row = firstRow; ; row = this.nextOf(row)) {
      if (this.logOf(row) === log) {
        const { rank, timeMs, usage, isRevision = false } = record;
        const reportedCostUsd = usage.reportedCostUsd ?? -1;
        const precedence = { rank, timeMs, reportedCostUsd, tokens: totalTokens(usage) };
        if (isRevision || comparePrecedence(precedence, this.precedenceOf(row)) > 0) {
          this.write(row, log, record);
        }
        return;
      }
      if (this.nextOf(row) === -1) {
        this.setNext(row, this.append(log, record));
        return;
      }
    }
  }

  /** The rows of a key, from its first one on. */
  *rowsFrom(firstRow: number): Iterable<number> {
    for (let row = firstRow; row !== -1; row = this.nextOf(row)) yield row;
  }

  /** Returns the row that takes precedence; see `forEachResponse`. */
  preferredRow(row: number, other: number): number {
    const order = comparePrecedence(this.precedenceOf(other), this.precedenceOf(row));
    if (order !== 0) return order > 0 ? other : row;
    return this.logOf(other).path < this.logOf(row).path ? other : row;
  }

  /** Returns the keys by row, which is the order of reading. Removed records have none. */
  keys(): readonly (string | undefined)[] {
    const keys: (string | undefined)[] = Array.from({ length: this.rowCount });
    for (const [key, firstRow] of this.first) {
      for (const row of this.rowsFrom(firstRow)) keys[row] = key;
    }
    return keys;
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
    const countsOf = (which: number): Float64Array =>
      this.pageOf(which).subarray(
        startOf(which) + column.input,
        startOf(which) + column.webSearches,
      );
    const otherCounts = countsOf(other);
    return countsOf(row).every((count, index) => count === otherCounts[index]);
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
    const start = startOf(row);
    target.set(this.pageOf(row).subarray(start, start + rowWidth), offset);
  }

  private append(log: Log, record: UsageRecord): number {
    const row = this.rowCount;
    this.rowCount += 1;
    if (row % pageRows === 0) this.pages.push(new Float64Array(pageRows * rowWidth));
    this.setNext(row, -1);
    this.write(row, log, record);
    return row;
  }

  private write(row: number, log: Log, record: UsageRecord): void {
    writeRow(this.pageOf(row), startOf(row), record, {
      next: this.nextOf(row),
      log: this.logs.indexOf(log),
      names: this.names,
    });
    if (record.extraUsages.length > 0) this.extraUsages.set(row, record.extraUsages);
    else this.extraUsages.delete(row);
  }

  private precedenceOf(row: number): Precedence {
    return readPrecedence(this.pageOf(row), startOf(row));
  }

  private nextOf(row: number): number {
    return this.pageOf(row)[startOf(row) + column.next] ?? -1;
  }

  private setNext(row: number, next: number): void {
    this.pageOf(row)[startOf(row) + column.next] = next;
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
