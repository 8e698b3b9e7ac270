import type { YieldToEventLoop } from '../../../../util/async.ts';
import {
  addRecord,
  noResponses,
  rowsFrom,
  type Log,
  type ResponseRecord,
  type Responses,
} from './responses.ts';
import type { Call } from './usage-line.ts';

// A row is one call as 11 numbers (float64, little-endian). Rows of extra calls follow that of their record.
const numberBytes = 8;
const rowBytes = 11 * numberBytes;
const bits = { sideChain: 1, fast: 2, us: 4, batch: 8, extra: 16 } as const;
const noCalls: readonly Call[] = [];

// Length of the names and of the keys in bytes, each 4 bytes, little-endian.
const prefixBytes = 8;

/** Packed responses that are still to be written: into the one buffer that they are to be part of. */
export interface PackedResponses {
  readonly byteLength: number;
  readonly writeTo: (buffer: Buffer, start: number) => Promise<void>;
}

/**
 * Packs responses: a prefix, the names of models and start folders as JSON, the keys of all records (a line
 * each), and the rows.
 */
export async function packResponses(
  { first, rows }: Responses,
  logs: readonly Log[],
  pause: YieldToEventLoop,
): Promise<PackedResponses> {
  const names = new Map<string, number>();
  const keys: string[] = [];
  let calls = 0;
  const addName = (name: string): void => {
    if (!names.has(name)) names.set(name, names.size);
  };
  const forEach = async (use: (key: string, record: ResponseRecord) => void): Promise<void> => {
    let count = 0;
    for (const [key, firstRow] of first) {
      for (const row of rowsFrom(rows, firstRow)) use(key, rows.read(row));
      count += 1;
      if (count % 1000 === 0) await pause();
    }
  };
  await forEach((key, { start, call, extraCalls }) => {
    keys.push(key);
    if (start !== null) addName(start);
    addName(call.model);
    for (const { model } of extraCalls) addName(model);
    calls += 1 + extraCalls.length;
  });
  const nameText = JSON.stringify([...names.keys()]);
  const keyText = keys.join('\n');
  const nameLength = Buffer.byteLength(nameText);
  const keyLength = Buffer.byteLength(keyText);
  return {
    byteLength: prefixBytes + nameLength + keyLength + calls * rowBytes,
    writeTo: async (buffer, start) => {
      let at = buffer.writeUInt32LE(nameLength, start);
      at = buffer.writeUInt32LE(keyLength, at);
      at += buffer.write(nameText, at);
      at += buffer.write(keyText, at);
      const writeRow = rowWriter(buffer, at, logs, names);
      await forEach((_key, record) => {
        writeRow(record, record.call, false);
        for (const call of record.extraCalls) writeRow(record, call, true);
      });
    },
  };
}

function rowWriter(
  buffer: Buffer,
  start: number,
  logs: readonly Log[],
  names: ReadonlyMap<string, number>,
): (record: ResponseRecord, call: Call, isExtra: boolean) => void {
  const logIndexes = new Map(logs.map((log, index) => [log, index]));
  let at = start;
  const write = (number: number): void => {
    at = buffer.writeDoubleLE(number, at);
  };
  return (record, call, isExtra) => {
    write(logIndexes.get(record.log) ?? -1);
    write(record.timeMs);
    write(record.start === null ? -1 : (names.get(record.start) ?? -1));
    write(names.get(call.model) ?? -1);
    write(
      (record.isSideChain ? bits.sideChain : 0) +
        (call.isFast ? bits.fast : 0) +
        (call.isUs ? bits.us : 0) +
        (call.isBatch ? bits.batch : 0) +
        (isExtra ? bits.extra : 0),
    );
    write(call.input);
    write(call.output);
    write(call.cacheWrite5m);
    write(call.cacheWrite1h);
    write(call.cacheRead);
    write(call.webSearches);
  };
}

/**
 * Unpacks what `packResponses` packed, but for the records of some logs, and adds it to `into` if that is
 * given. `body` must be whole.
 */
export async function unpackResponses(
  body: Buffer,
  options: {
    readonly logs: readonly Log[];
    readonly except: ReadonlySet<Log>;
    readonly pause: YieldToEventLoop;
    readonly into?: Responses;
  },
): Promise<Responses> {
  const { logs, except, pause, into: responses = noResponses() } = options;
  const keysStart = prefixBytes + body.readUInt32LE(0);
  const keysEnd = keysStart + body.readUInt32LE(4);
  const names = JSON.parse(body.toString('utf8', prefixBytes, keysStart)) as readonly string[];
  const keyText = body.toString('utf8', keysStart, keysEnd);
  const keys = keyText === '' ? [] : keyText.split('\n');
  const number = (at: number, column: number): number =>
    body.readDoubleLE(at + column * numberBytes);
  const has = (at: number, bit: number): boolean => (number(at, 4) & bit) !== 0;
  const readCall = (at: number): Call => ({
    model: names[number(at, 3)] ?? '',
    isFast: has(at, bits.fast),
    isUs: has(at, bits.us),
    isBatch: has(at, bits.batch),
    input: number(at, 5),
    output: number(at, 6),
    cacheWrite5m: number(at, 7),
    cacheWrite1h: number(at, 8),
    cacheRead: number(at, 9),
    webSearches: number(at, 10),
  });
  let at = keysEnd;
  for (const [index, key] of keys.entries()) {
    if (index % 1000 === 0) await pause();
    const first = at;
    at += rowBytes;
    while (at < body.length && has(at, bits.extra)) at += rowBytes;
    const log = logs[number(first, 0)];
    if (log === undefined || except.has(log)) continue;
    const extraCalls: Call[] = [];
    for (let row = first + rowBytes; row < at; row += rowBytes) extraCalls.push(readCall(row));
    addRecord(responses, key, {
      log,
      timeMs: number(first, 1),
      isSideChain: has(first, bits.sideChain),
      start: names[number(first, 2)] ?? null,
      call: readCall(first),
      extraCalls: extraCalls.length > 0 ? extraCalls : noCalls,
    });
  }
  return responses;
}
