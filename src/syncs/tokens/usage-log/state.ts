import * as z from 'zod/mini';
import { count } from '../../../schema/numbers.ts';
import type { Log } from './agent.ts';
import { isDayUsage, type DayUsage } from './days/day-usage.ts';
import { packedRecords, type PackedRecords } from './records/pack-records.ts';

/** How far a log has been read, and the facts that show whether this is current. */
export interface Checkpoint {
  readonly statKey: string;
  readonly inode: number;
  /** Behind the last complete line. */
  readonly offset: number;
  /** Checksum of the last bytes before the offset. */
  readonly tail: number;
  readonly parserState: unknown;
  /** The first project that a record of the log contains. */
  readonly project: string | null;
  /** How many lines or entries were skipped, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

export interface LogState {
  readonly log: Log;
  readonly checkpoint: Checkpoint;
}

// Checked by hand: zod takes a microsecond for each item.
const strings = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
);
const stringsOrNulls = z.custom<(string | null)[]>(
  (value) =>
    Array.isArray(value) && value.every((item) => item === null || typeof item === 'string'),
);

const dayUsages = z.custom<DayUsage[]>((value) => Array.isArray(value) && value.every(isDayUsage));

/** The states of logs by column: thousands of objects would take most of the time of a run without changes. */
const logColumns = z.object({
  paths: strings,
  logDirs: stringsOrNulls,
  statKeys: strings,
  projects: stringsOrNulls,
  inodes: z.instanceof(Float64Array),
  offsets: z.instanceof(Float64Array),
  tails: z.instanceof(Float64Array),
  /** By index of the log. */
  parserStates: z.map(z.number(), z.unknown()),
  skipped: z.map(z.number(), z.record(z.string(), count)),
});

const storedState = z.object({
  logs: logColumns,
  retained: dayUsages,
  days: z.object({
    timeZone: z.string(),
    priceVersion: z.string(),
    gone: count,
    usage: dayUsages,
  }),
  records: packedRecords,
});

/** The usage by day of all records, computed for a time zone and priced by a version of the price table. */
export interface Days {
  readonly timeZone: string;
  readonly priceVersion: string;
  /** How many logs of the state did not exist, which `excludeRows` of an agent may depend on. */
  readonly gone: number;
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
  logs: toColumns([...state.logs.values()]),
  retained: [...state.retained],
  days: { ...state.days, usage: [...state.days.usage] },
  records: { ...state.records, names: [...state.records.names] },
});

/** Returns the state in a value from the cache; null if the value is invalid. */
export function parseStoredState(value: unknown): AgentState | null {
  const { success, data } = storedState.safeParse(value);
  if (!success) return null;
  return { ...data, logs: new Map(fromColumns(data.logs).map((one) => [one.log.path, one])) };
}

function toColumns(logs: readonly LogState[]): z.infer<typeof logColumns> {
  const checkpoints = logs.map(({ checkpoint }) => checkpoint);
  const entries = [...checkpoints.entries()];
  return {
    paths: logs.map(({ log }) => log.path),
    logDirs: logs.map(({ log }) => log.logDir),
    statKeys: checkpoints.map(({ statKey }) => statKey),
    projects: checkpoints.map(({ project }) => project),
    inodes: Float64Array.from(checkpoints, ({ inode }) => inode),
    offsets: Float64Array.from(checkpoints, ({ offset }) => offset),
    tails: Float64Array.from(checkpoints, ({ tail }) => tail),
    parserStates: new Map(
      entries.flatMap(([index, { parserState }]) =>
        parserState === null ? [] : [[index, parserState] as const],
      ),
    ),
    skipped: new Map(
      entries.flatMap(([index, { skipped }]) =>
        Object.keys(skipped).length === 0 ? [] : [[index, { ...skipped }] as const],
      ),
    ),
  };
}

const fromColumns = (columns: z.infer<typeof logColumns>): readonly LogState[] =>
  columns.paths.map((path, index) => ({
    log: { path, logDir: columns.logDirs[index] ?? null },
    checkpoint: {
      statKey: columns.statKeys[index] ?? '',
      inode: columns.inodes[index] ?? 0,
      offset: columns.offsets[index] ?? 0,
      tail: columns.tails[index] ?? 0,
      parserState: columns.parserStates.get(index) ?? null,
      project: columns.projects[index] ?? null,
      skipped: columns.skipped.get(index) ?? {},
    },
  }));
