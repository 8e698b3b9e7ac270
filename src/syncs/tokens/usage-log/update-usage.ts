import type { Diagnostic } from '../../../util/diagnostic.ts';
import { lazy, type YieldToEventLoop } from '../../../util/async.ts';
import { loadPricing, priceVersionWith } from '../pricing/rates.ts';
import type { SourceContext } from '../source.ts';
import type { Agent } from './agent.ts';
import { bucketByDay } from './days/bucket-by-day.ts';
import type { DayUsage } from './days/day-usage.ts';
import {
  previousUsage,
  retainedUsage,
  withoutMoved,
  withoutUnattributed,
  withRetained,
} from './days/retained-usage.ts';
import { restoreHashedPaths } from './projects/hash-paths.ts';
import type { FoundLog } from './reading/find-logs.ts';
import { readLogs } from './reading/read-logs.ts';
import { evictOld, logsInUse } from './records/evict-records.ts';
import { packRecords, unpackRecords } from './records/pack-records.ts';
import { excludedRows } from './records/excluded-rows.ts';
import { RecordTable } from './records/record-table.ts';
import type { SessionGrowth } from './running-totals/session-growth.ts';
import type { AgentState, LogState } from './state.ts';

export interface UpdateOptions {
  readonly agent: Agent;
  readonly found: readonly FoundLog[];
  /** The state after the previous run; null if it is lost. */
  readonly state: AgentState | null;
  readonly context: SourceContext;
  readonly yieldToEventLoop: YieldToEventLoop;
}

export interface UpdatedUsage {
  readonly usage: readonly DayUsage[];
  readonly logs: ReadonlyMap<string, LogState>;
  readonly warnings: readonly Diagnostic[];
  /** The parts of the usage, for an agent that keeps only running totals. */
  readonly growth?: readonly SessionGrowth[];
  /** The new state; absent if the previous one is current. */
  readonly state?: AgentState;
}

/**
 * Reads the new content of the logs and computes the usage by day. Without new content, and with the same time zone
 * and prices, the stored days are reused and no record is unpacked.
 */
export async function updateUsage(options: UpdateOptions): Promise<UpdatedUsage> {
  const { agent, found, state, context, yieldToEventLoop } = options;
  const { timeZone } = context.options;
  const priceVersion = priceVersionWith(context.options);
  const read = await readLogs(options);
  const { warnings } = read;
  let { logs } = read;
  const present = new Set(found.map(({ path }) => path));
  const gone = [...logs.keys()].filter((path) => !present.has(path)).length;
  const { days } = state ?? {};
  if (
    state !== null &&
    read.records === null &&
    days?.timeZone === timeZone &&
    days.priceVersion === priceVersion &&
    (days.gone === gone || agent.excludeRows === undefined)
  ) {
    return { usage: withRetained(state.days.usage, state.retained), logs, warnings };
  }
  const records = read.records ?? (await unpackState(state, yieldToEventLoop));

  // Loaded only when there is something to price, because it takes 50 ms.
  const pricing = lazy(() => loadPricing(context.options));
  const excluded = excludedRows(records, { agent, logs: logs.values(), present });
  const bucketIn = async (zone: string): Promise<readonly DayUsage[]> =>
    records.size === 0
      ? []
      : bucketByDay(records, {
          logs: logs.values(),
          excluded,
          timeZone: zone,
          pricing: await pricing(),
          priceVersion,
          yieldToEventLoop,
        });
  let known = await bucketIn(timeZone);
  let retained: readonly DayUsage[];
  if (state === null) {
    const previous = await previousUsage(context, agent);
    const comparable = previous.timeZone === timeZone ? known : await bucketIn(previous.timeZone);
    const stored = restoreHashedPaths(previous.usage, comparable);
    retained = withoutUnattributed(retainedUsage(stored, comparable), stored, comparable);
    if (agent.formats.some((format) => 'sumsRemoved' in format)) {
      retained = withoutMoved(retained, stored, comparable);
    }
  } else {
    retained = retainedUsage(state.retained, known);
  }
  // A record that excludes others must not be removed before them.
  const canEvict = agent.excludeRows === undefined;
  const eviction = { present, now: context.startedAt, yieldToEventLoop };
  if (canEvict && (await evictOld(records, eviction))) {
    const usage = withRetained(known, retained);
    logs = logsInUse(logs, records, present);
    known = await bucketIn(timeZone);
    retained = retainedUsage(usage, known);
  }
  const logList = [...logs.values()].map(({ log }) => log);
  return {
    usage: withRetained(known, retained),
    logs,
    warnings,
    state: {
      logs,
      retained,
      days: { timeZone, priceVersion, gone, usage: known },
      records: await packRecords(records, logList, yieldToEventLoop),
    },
  };
}

/** Returns the records of a state; none for a lost one. */
export async function unpackState(
  state: AgentState | null,
  yieldToEventLoop: YieldToEventLoop,
): Promise<RecordTable> {
  const records = new RecordTable();
  if (state !== null) {
    const logs = [...state.logs.values()].map(({ log }) => log);
    await unpackRecords(state.records, { logs, into: records, yieldToEventLoop });
  }
  return records;
}
