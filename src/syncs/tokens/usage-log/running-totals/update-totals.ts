import { loadPricing, priceVersionWith } from '../../pricing/rates.ts';
import type { Log } from '../agent.ts';
import { bucketByDay } from '../days/bucket-by-day.ts';
import { readLogs } from '../reading/read-logs.ts';
import { forEachResponse } from '../records/dedupe.ts';
import { evictOld, logsInUse } from '../records/evict-records.ts';
import { packRecords } from '../records/pack-records.ts';
import { noUsages } from '../records/record-row.ts';
import { RecordTable } from '../records/record-table.ts';
import { unpackState, type UpdatedUsage, type UpdateOptions } from '../update-usage.ts';
import {
  growthOf,
  mergeGrowth,
  restoreHashedProjects,
  roundCost,
  storedGrowth,
  sumBySession,
  type SessionGrowth,
} from './session-growth.ts';

/**
 * Reads the new content of the logs of an agent that keeps only a running total per session, and adds the
 * growth since the previous run to the growth that is stored in `daily`.
 *
 * What was counted is thus data and not cache: the total that was seen of a session is the sum of its stored
 * growth. A lost cache only makes the logs be read again, a deleted session keeps its growth, and a session
 * that was moved or copied is recognised by its id. A session whose growth is lost counts from its first total.
 */
export async function updateTotals(options: UpdateOptions): Promise<UpdatedUsage> {
  const { agent, found, state, context, yieldToEventLoop } = options;
  const { timeZone } = context.options;
  const read = await readLogs(options);
  const records = read.records ?? (await unpackState(state, yieldToEventLoop));
  const current = await totalsOf(records, options);
  const stored = restoreHashedProjects(
    await storedGrowth(context, agent.name),
    current.map(({ project }) => project),
  );
  const seen = sumBySession(stored);
  const added = current.flatMap((one) => growthOf(one, seen.get(one.session)) ?? []);
  const growth = mergeGrowth([...stored, ...added], timeZone);

  const present = new Set(found.map(({ path }) => path));
  const isEvicted = await evictOld(records, { present, now: context.startedAt, yieldToEventLoop });
  const logs = isEvicted ? logsInUse(read.logs, records, present) : read.logs;
  const logList = [...logs.values()].map(({ log }) => log);
  return {
    growth,
    usage: await usageOf(growth, options),
    logs,
    warnings: read.warnings,
    ...(read.records === null && !isEvicted
      ? {}
      : {
          state: {
            logs,
            retained: [],
            days: { timeZone, priceVersion: priceVersionWith(context.options), gone: 0, usage: [] },
            records: await packRecords(records, logList, yieldToEventLoop),
          },
        }),
  };
}

/** Returns the largest total of each session. */
async function totalsOf(
  records: RecordTable,
  { context, yieldToEventLoop }: UpdateOptions,
): Promise<readonly SessionGrowth[]> {
  const totals: SessionGrowth[] = [];
  await forEachResponse(
    records,
    (row, session) => {
      const { timeMs, project, usage } = records.recordOf(row);
      const { reportedCostUsd } = usage;
      totals.push({
        session,
        timeMs: timeMs === 0 ? context.startedAt.getTime() : timeMs,
        project,
        usage: {
          ...usage,
          reportedCostUsd: reportedCostUsd === null ? null : roundCost(reportedCostUsd),
        },
        isFirst: true,
      });
    },
    { excluded: noRows, yieldToEventLoop },
  );
  return totals;
}

const noRows: ReadonlySet<number> = new Set();

/** The log of all growth: it has a project of its own, which is not that of the other logs in its directory. */
const noLog: Log = { path: '', logDir: null };

async function usageOf(
  growth: readonly SessionGrowth[],
  { context, yieldToEventLoop }: UpdateOptions,
): ReturnType<typeof bucketByDay> {
  if (growth.length === 0) return [];
  const { timeZone } = context.options;
  const records = new RecordTable();
  for (const [index, { timeMs, project, usage }] of growth.entries()) {
    const key = String(index);
    records.add(noLog, { key, timeMs, rank: 0, project, usage, extraUsages: noUsages });
  }
  return bucketByDay(records, {
    logs: [],
    excluded: noRows,
    timeZone,
    pricing: await loadPricing(context.options),
    priceVersion: priceVersionWith(context.options),
    yieldToEventLoop,
  });
}
