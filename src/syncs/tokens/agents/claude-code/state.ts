import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { count } from '../../../../schema/numbers.ts';
import { dayUsage, type DayUsage } from './day-usage.ts';
import { packResponses, unpackResponses } from './response-table.ts';
import type { Log, Responses } from './responses.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';

/** How far a log has been read, and what tells whether that is still true. */
const checkpoint = z.object({
  inode: z.number(),
  size: z.number(),
  mtimeMs: z.number(),
  /** Behind the last complete line. */
  offset: count,
  /** Checksum of the last bytes before the offset. */
  tail: count,
  /** The first start folder that a line tells. */
  start: z.nullable(z.string()),
  /** Lines that were left out, by what is wrong with them. */
  leftOut: z.record(z.string(), count),
});
export type Checkpoint = z.infer<typeof checkpoint>;

export interface LogState {
  readonly log: Log;
  readonly checkpoint: Checkpoint;
}

/** Usage as JSON has it: without big integers. */
const storedUsage = z.extend(dayUsage, { cost: z.nullable(z.string().check(z.regex(/^\d+$/))) });

const head = z.object({
  logs: z.array(z.object({ path: z.string(), folder: z.string(), checkpoint })),
  kept: z.array(storedUsage),
  days: z.object({
    timeZone: z.string(),
    priceVersion: z.string(),
    usage: z.array(storedUsage),
  }),
});

/** Days as they were cut and priced the last time. */
export interface Days {
  readonly timeZone: string;
  readonly priceVersion: string;
  readonly usage: readonly DayUsage[];
}

/** What is known of all logs that were ever read, those that have vanished included. */
export interface State {
  /** By path. */
  readonly logs: ReadonlyMap<string, LogState>;
  /** What logs told that nobody can read any more; see `keptDays`. */
  readonly kept: readonly DayUsage[];
  readonly days: Days;
}

/** A state whose responses are decoded only when they are needed. */
export interface StoredState extends State {
  /** All records but those of `except`; null when they are damaged. */
  readonly responses: (
    except: ReadonlySet<Log>,
    pause: YieldToEventLoop,
  ) => Promise<Responses | null>;
}

// Raise it when lines are counted in another way or the layout changes: what is stored is then not used.
const layout = 1;
// layout | length of the head | crc32 of the head | crc32 of the responses, each 4 bytes, little-endian.
const prefixBytes = 16;

/** Packs a state: a prefix, a JSON head that every run reads, and the responses. */
export async function encodeState(
  state: State,
  responses: Responses,
  pause: YieldToEventLoop,
): Promise<Uint8Array> {
  const logs = [...state.logs.values()];
  const text = JSON.stringify({
    logs: logs.map(({ log, checkpoint }) => ({ ...log, checkpoint })),
    kept: state.kept.map(toStored),
    days: { ...state.days, usage: state.days.usage.map(toStored) },
  });
  const headLength = Buffer.byteLength(text);
  const headEnd = prefixBytes + headLength;
  const body = await packResponses(
    responses,
    logs.map(({ log }) => log),
    pause,
  );
  const bytes = Buffer.allocUnsafeSlow(headEnd + body.byteLength);
  bytes.write(text, prefixBytes);
  await body.writeTo(bytes, headEnd);
  bytes.writeUInt32LE(layout, 0);
  bytes.writeUInt32LE(headLength, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(prefixBytes, headEnd)), 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(headEnd)), 12);
  return bytes;
}

/** Null for what is broken, or not ours, or of another version. */
export function decodeState(bytes: Uint8Array | null): StoredState | null {
  if (bytes === null || bytes.length < prefixBytes) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.readUInt32LE(0) !== layout) return null;
  const headEnd = prefixBytes + buffer.readUInt32LE(4);
  const headBytes = buffer.subarray(prefixBytes, headEnd);
  if (crc32(headBytes) !== buffer.readUInt32LE(8)) return null;
  const { success, data } = head.safeParse(parseJson(headBytes));
  if (!success) return null;
  const logs = data.logs.map(({ path, folder, checkpoint }) => ({
    log: { path, folder },
    checkpoint,
  }));
  return {
    logs: new Map(logs.map((one) => [one.log.path, one])),
    kept: data.kept.map(fromStored),
    days: { ...data.days, usage: data.days.usage.map(fromStored) },
    responses: async (except, pause) => {
      const body = buffer.subarray(headEnd);
      if (crc32(body) !== buffer.readUInt32LE(12)) return null;
      return unpackResponses(body, { logs: logs.map(({ log }) => log), except, pause });
    },
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

const toStored = (usage: DayUsage): z.infer<typeof storedUsage> => ({
  ...usage,
  cost: usage.cost?.toString() ?? null,
});

const fromStored = (usage: z.infer<typeof storedUsage>): DayUsage => ({
  ...usage,
  cost: usage.cost === null ? null : BigInt(usage.cost),
});
