import type { Call } from './usage-line.ts';
import type { Log, ResponseRecord } from './responses.ts';

/** The columns of a row, which is one record as numbers: a fifth of the memory that objects take. */
const column = {
  /** The next row about the same response, told by another log; -1 when there is none. */
  next: 0,
  log: 1,
  timeMs: 2,
  start: 3,
  model: 4,
  flags: 5,
  input: 6,
  output: 7,
  cacheWrite5m: 8,
  cacheWrite1h: 9,
  cacheRead: 10,
  webSearches: 11,
} as const;
const rowWidth = 12;
const rowsOfPage = 4096;
const bits = { sideChain: 1, fast: 2, us: 4, batch: 8 } as const;
const noCalls: readonly Call[] = [];

/** What a place in the order of winning depends on. */
export interface Rank {
  readonly isSideChain: boolean;
  readonly tokens: number;
  readonly timeMs: number;
  readonly path: string;
}

/** Records by the number of their row. */
export interface ResponseRows {
  readonly append: (record: ResponseRecord) => number;
  readonly replace: (row: number, record: ResponseRecord) => void;
  readonly read: (row: number) => ResponseRecord;
  readonly logOf: (row: number) => Log;
  readonly rankOf: (row: number) => Rank;
  readonly timeOf: (row: number) => number;
  readonly nextOf: (row: number) => number;
  readonly setNext: (row: number, next: number) => void;
}

export function createRows(): ResponseRows {
  const pages: Float64Array[] = [];
  const logs = createRegister<Log>();
  const names = createRegister<string>();
  // Few responses have any.
  const extraCalls = new Map<number, readonly Call[]>();
  let count = 0;

  const get = (row: number, which: number): number =>
    pages[Math.floor(row / rowsOfPage)]?.[(row % rowsOfPage) * rowWidth + which] ?? NaN;
  const has = (row: number, bit: number): boolean => (get(row, column.flags) & bit) !== 0;

  const write = (row: number, next: number, record: ResponseRecord): void => {
    const { log, timeMs, isSideChain, start, call } = record;
    const page = pages[Math.floor(row / rowsOfPage)];
    if (page === undefined) return;
    let at = (row % rowsOfPage) * rowWidth;
    page[at++] = next;
    page[at++] = logs.indexOf(log);
    page[at++] = timeMs;
    page[at++] = start === null ? -1 : names.indexOf(start);
    page[at++] = names.indexOf(call.model);
    page[at++] =
      (isSideChain ? bits.sideChain : 0) +
      (call.isFast ? bits.fast : 0) +
      (call.isUs ? bits.us : 0) +
      (call.isBatch ? bits.batch : 0);
    page[at++] = call.input;
    page[at++] = call.output;
    page[at++] = call.cacheWrite5m;
    page[at++] = call.cacheWrite1h;
    page[at++] = call.cacheRead;
    page[at] = call.webSearches;
    if (record.extraCalls.length > 0) extraCalls.set(row, record.extraCalls);
    else extraCalls.delete(row);
  };
  const logOf = (row: number): Log => {
    const log = logs.values[get(row, column.log)];
    if (log === undefined) throw new Error(`there is no row ${String(row)}`);
    return log;
  };

  return {
    append: (record) => {
      const row = count;
      count += 1;
      if (row % rowsOfPage === 0) pages.push(new Float64Array(rowsOfPage * rowWidth));
      write(row, -1, record);
      return row;
    },
    replace: (row, record) => {
      write(row, get(row, column.next), record);
    },
    read: (row) => ({
      log: logOf(row),
      timeMs: get(row, column.timeMs),
      isSideChain: has(row, bits.sideChain),
      start: names.values[get(row, column.start)] ?? null,
      call: {
        model: names.values[get(row, column.model)] ?? '',
        isFast: has(row, bits.fast),
        isUs: has(row, bits.us),
        isBatch: has(row, bits.batch),
        input: get(row, column.input),
        output: get(row, column.output),
        cacheWrite5m: get(row, column.cacheWrite5m),
        cacheWrite1h: get(row, column.cacheWrite1h),
        cacheRead: get(row, column.cacheRead),
        webSearches: get(row, column.webSearches),
      },
      extraCalls: extraCalls.get(row) ?? noCalls,
    }),
    logOf,
    rankOf: (row) => ({
      isSideChain: has(row, bits.sideChain),
      tokens:
        get(row, column.input) +
        get(row, column.output) +
        get(row, column.cacheWrite5m) +
        get(row, column.cacheWrite1h) +
        get(row, column.cacheRead),
      timeMs: get(row, column.timeMs),
      path: logOf(row).path,
    }),
    timeOf: (row) => get(row, column.timeMs),
    nextOf: (row) => get(row, column.next),
    setNext: (row, next) => {
      const page = pages[Math.floor(row / rowsOfPage)];
      if (page !== undefined) page[(row % rowsOfPage) * rowWidth + column.next] = next;
    },
  };
}

/** Things by number, in the order in which they were first seen. */
function createRegister<Value>(): {
  readonly values: readonly Value[];
  readonly indexOf: (value: Value) => number;
} {
  const values: Value[] = [];
  const indexes = new Map<Value, number>();
  return {
    values,
    indexOf: (value) => {
      let index = indexes.get(value);
      if (index === undefined) {
        index = values.push(value) - 1;
        indexes.set(value, index);
      }
      return index;
    },
  };
}
