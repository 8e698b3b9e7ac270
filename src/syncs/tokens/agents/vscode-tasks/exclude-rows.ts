import { basename, dirname } from 'node:path';
import { groupBy } from '../../../../util/collections.ts';
import type { LogRows } from '../../usage-log/agent.ts';
import type { RecordTable } from '../../usage-log/records/record-table.ts';

const deletion = / (\d+) deleted_api_reqs$/;

/**
 * Returns the rows of requests that an editor has replaced by their sum, while the copy of the task in another editor still
 * contains them: those after the message before the deletion that are in the other copy only, up to the sum.
 */
export function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  const keys = records.keys();
  for (const copies of groupBy(logs, ({ path }) => basename(dirname(path))).values()) {
    if (copies.length === 1) continue;
    for (const { rows } of copies) {
      const own = new Set(rows.map((row) => keys[row]));
      const others = copies
        .flatMap((copy) => copy.rows)
        .filter((row) => !own.has(keys[row]))
        .sort((a, b) => records.timeOf(a) - records.timeOf(b));
      for (const sum of rows) yield* deletedRows(sum, { others, keys, records });
    }
  }
}

function* deletedRows(
  sum: number,
  {
    others,
    keys,
    records,
  }: {
    readonly others: readonly number[];
    readonly keys: readonly (string | undefined)[];
    readonly records: RecordTable;
  },
): Iterable<number> {
  const deletedMs = Number(deletion.exec(keys[sum] ?? '')?.[1] ?? NaN);
  // The sum has the time of the message before it, its own if there is none.
  const sinceMs = records.timeOf(sum) === deletedMs ? -Infinity : records.timeOf(sum);
  let rest = records.tokensOf(sum);
  const excluded = new Set<string | undefined>();
  for (const row of others) {
    const timeMs = records.timeOf(row);
    if (!(timeMs > sinceMs && timeMs < deletedMs)) continue;
    // The same request in a third copy.
    if (!excluded.has(keys[row])) {
      rest -= records.tokensOf(row);
      if (rest < 0) return;
      excluded.add(keys[row]);
    }
    yield row;
  }
}
