import * as z from 'zod/mini';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import type { Log, Usage } from '../agent.ts';
import { column, noUsages, rowWidth } from './record-row.ts';
import type { RecordTable } from './record-table.ts';

/**
 * The records of a table, for the cache and for another thread. Unpacked only when they are needed: decoding
 * a cache yields views of its bytes.
 */
export interface PackedRecords {
  /** UTF-8, a line per record. */
  readonly keys: Uint8Array<ArrayBuffer>;
  /** The rows of a `RecordTable` as bytes, in the order of the keys; `log` is an index of the caller's logs. */
  readonly rows: Uint8Array<ArrayBuffer>;
  readonly names: readonly string[];
  /** By index of the record. */
  readonly extraUsages: ReadonlyMap<number, readonly Usage[]>;
}

const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);

export const packedRecords = z.object({
  keys: bytes,
  rows: bytes,
  names: z.array(z.string()),
  extraUsages: z.custom<ReadonlyMap<number, readonly Usage[]>>((value) => value instanceof Map),
});

/** Packs a table whose records are all from `logs`, in the order of its rows. */
export async function packRecords(
  records: RecordTable,
  logs: readonly Log[],
  yieldToEventLoop: YieldToEventLoop,
): Promise<PackedRecords> {
  const keys: string[] = [];
  const rows: number[] = [];
  for (const [row, key] of records.keys().entries()) {
    if (key === undefined) continue;
    keys.push(key);
    rows.push(row);
  }
  await yieldToEventLoop();
  const indexes = new Map(logs.map((log, index) => [log, index]));
  const numbers = new Float64Array(rows.length * rowWidth);
  const extraUsages = new Map<number, readonly Usage[]>();
  for (const [index, row] of rows.entries()) {
    const offset = index * rowWidth;
    records.copyRow(row, numbers, offset);
    numbers[offset + column.next] = -1;
    numbers[offset + column.log] = indexes.get(records.logOf(row)) ?? -1;
    const extra = records.extraUsages.get(row);
    if (extra !== undefined) extraUsages.set(index, extra);
    if (index % 1000 === 0) await yieldToEventLoop();
  }
  return {
    keys: new TextEncoder().encode(keys.join('\n')),
    rows: new Uint8Array(numbers.buffer),
    names: records.names.values,
    extraUsages,
  };
}

export interface UnpackOptions {
  /** As they were packed. */
  readonly logs: readonly Log[];
  /** Logs whose records are omitted. */
  readonly except?: ReadonlySet<Log>;
  /** Receives the records. */
  readonly into: RecordTable;
  readonly yieldToEventLoop: YieldToEventLoop;
}

/** Adds packed records to a table. */
export async function unpackRecords(
  packed: PackedRecords,
  { logs, except, into, yieldToEventLoop }: UnpackOptions,
): Promise<void> {
  const text = Buffer.from(
    packed.keys.buffer,
    packed.keys.byteOffset,
    packed.keys.length,
  ).toString();
  const keys = text === '' ? [] : text.split('\n');
  let numbers = new Float64Array();
  const nameOf = (index: number): string | undefined => packed.names[index];
  for (const [index, key] of keys.entries()) {
    const start = (index % 1000) * rowWidth;
    if (start === 0) {
      await yieldToEventLoop();
      numbers = toFloat64Array(packed.rows.subarray(index * rowBytes, (index + 1000) * rowBytes));
    }
    const log = logs[numbers[start + column.log] ?? -1];
    if (log === undefined || except?.has(log) === true) continue;
    const extraUsages = packed.extraUsages.get(index) ?? noUsages;
    into.addPacked({ log, key, numbers, start, nameOf, extraUsages });
  }
}

const rowBytes = rowWidth * Float64Array.BYTES_PER_ELEMENT;

/** Bytes within a larger buffer may start at any offset, which an array of numbers can't: those are copied. */
function toFloat64Array(bytes: Uint8Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const { BYTES_PER_ELEMENT } = Float64Array;
  const { buffer, byteOffset, length } =
    bytes.byteOffset % BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Float64Array(buffer, byteOffset, length / BYTES_PER_ELEMENT);
}
