import type { Pause } from '../../../pause.ts';
import {
  addRecord,
  recordsOf,
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

/**
 * Packs responses into pieces that belong behind one another: a prefix, the names of models and start
 * folders as JSON, the keys of all records (a line each), and the rows.
 */
export async function encodeResponses(
  responses: Responses,
  logs: readonly Log[],
  pause: Pause,
): Promise<readonly Uint8Array[]> {
  const logIndexes = new Map(logs.map((log, index) => [log, index]));
  const names = new Map<string, number>();
  const indexOf = (name: string): number => {
    const index = names.get(name) ?? names.size;
    if (index === names.size) names.set(name, index);
    return index;
  };
  const keys: string[] = [];
  const rows = Buffer.allocUnsafeSlow(countCalls(responses) * rowBytes);
  let at = 0;
  const write = (number: number): void => {
    at = rows.writeDoubleLE(number, at);
  };
  const writeRow = (record: ResponseRecord, call: Call, isExtra: boolean): void => {
    write(logIndexes.get(record.log) ?? -1);
    write(record.timeMs);
    write(record.start === null ? -1 : indexOf(record.start));
    write(indexOf(call.model));
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
  for (const [key, known] of responses) {
    for (const record of recordsOf(known)) {
      keys.push(key);
      writeRow(record, record.call, false);
      for (const call of record.extraCalls) writeRow(record, call, true);
    }
    if (keys.length % 1000 === 0) await pause();
  }
  const nameBytes = Buffer.from(JSON.stringify([...names.keys()]));
  const keyBytes = Buffer.from(keys.join('\n'));
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32LE(nameBytes.length, 0);
  prefix.writeUInt32LE(keyBytes.length, 4);
  return [prefix, nameBytes, keyBytes, rows];
}

function countCalls(responses: Responses): number {
  let calls = 0;
  for (const known of responses.values()) {
    for (const { extraCalls } of recordsOf(known)) calls += 1 + extraCalls.length;
  }
  return calls;
}

/** Unpacks what `encodeResponses` packed, but for the records of some logs. `body` must be whole. */
export async function decodeResponses(
  body: Buffer,
  options: {
    readonly logs: readonly Log[];
    readonly except: ReadonlySet<Log>;
    readonly pause: Pause;
  },
): Promise<Responses> {
  const { logs, except, pause } = options;
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
  const responses: Responses = new Map();
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
