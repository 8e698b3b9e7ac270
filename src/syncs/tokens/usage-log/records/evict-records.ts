import type { YieldToEventLoop } from '../../../../util/async.ts';
import type { Log } from '../agent.ts';
import type { LogState } from '../state.ts';
import type { RecordTable } from './record-table.ts';

// Longer than the 90 days of the longest window, so that its days can always be computed and priced again.
const retentionMs = 100 * 24 * 60 * 60_000;

/**
 * Removes the responses that are older than 100 days and of which all logs are gone, so that the table does
 * not grow without limit. `present` holds the paths of the existing logs. Returns whether it removed any.
 */
export async function evictOld(
  records: RecordTable,
  options: {
    readonly present: ReadonlySet<string>;
    readonly now: Date;
    readonly yieldToEventLoop: YieldToEventLoop;
  },
): Promise<boolean> {
  const { present, now, yieldToEventLoop } = options;
  const oldestMs = now.getTime() - retentionMs;
  const isEvictable = (row: number): boolean =>
    records.timeOf(row) < oldestMs && !present.has(records.logOf(row).path);
  const sizeBefore = records.size;
  let count = 0;
  for (const [key, firstRow] of records.first) {
    count += 1;
    if (count % 1000 === 0) await yieldToEventLoop();
    if (isEvictable(firstRow) && records.rowsFrom(firstRow).every(isEvictable)) {
      records.remove(key);
    }
  }
  return records.size < sizeBefore;
}

/** Returns the logs that exist or that a record refers to. */
export function logsInUse(
  logs: ReadonlyMap<string, LogState>,
  records: RecordTable,
  present: ReadonlySet<string>,
): ReadonlyMap<string, LogState> {
  const used = new Set<Log>();
  for (const firstRow of records.first.values()) {
    for (const row of records.rowsFrom(firstRow)) used.add(records.logOf(row));
  }
  return new Map([...logs].filter(([path, { log }]) => present.has(path) || used.has(log)));
}
