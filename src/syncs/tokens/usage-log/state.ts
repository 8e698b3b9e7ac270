import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import type { Log } from './agent.ts';
import { dayUsage, type DayUsage } from './days/day-usage.ts';
import { packedRecords, type PackedRecords } from './records/pack-records.ts';

/** How far a log has been read, and what shows whether that still holds. */
const checkpoint = z.object({
  statKey: z.string(),
  inode: z.number(),
  /** Behind the last complete line. */
  offset: count,
  /** Checksum of the last bytes before the offset. */
  tail: count,
  parserState: z.unknown(),
  /** The first project that a record of the log contains. */
  project: z.nullable(z.string()),
  /** How many lines or entries were skipped, by reason. */
  skipped: z.record(z.string(), count),
});
export type Checkpoint = z.infer<typeof checkpoint>;

export interface LogState {
  readonly log: Log;
  readonly checkpoint: Checkpoint;
}

const log = z.object({ path: z.string(), logDir: z.nullable(z.string()) });

const storedState = z.object({
  logs: z.array(z.object({ log, checkpoint })),
  retained: z.array(dayUsage),
  days: z.object({
    timeZone: z.string(),
    priceVersion: z.string(),
    usage: z.array(dayUsage),
  }),
  records: packedRecords,
});

/** The usage by day of all records, computed for a time zone and priced by a version of the price table. */
export interface Days {
  readonly timeZone: string;
  readonly priceVersion: string;
  readonly usage: readonly DayUsage[];
}

/** The state of all logs of an agent that were ever read, including those that are gone. */
export interface AgentState {
  /** By path. */
  readonly logs: ReadonlyMap<string, LogState>;
  /** Usage that the records no longer account for; see `retainedUsage`. */
  readonly retained: readonly DayUsage[];
  readonly days: Days;
  /** The records of `logs`, which they refer to by index. */
  readonly records: PackedRecords;
}

/** Returns a state in the form in which the cache holds it. */
export const toStoredState = (state: AgentState): z.infer<typeof storedState> => ({
  ...state,
  logs: [...state.logs.values()],
  retained: [...state.retained],
  days: { ...state.days, usage: [...state.days.usage] },
  records: { ...state.records, names: [...state.records.names] },
});

/** Returns the state in a value from the cache; null if it is not one. */
export function parseStoredState(value: unknown): AgentState | null {
  const { success, data } = storedState.safeParse(value);
  if (!success) return null;
  return { ...data, logs: new Map(data.logs.map((one) => [one.log.path, one])) };
}
