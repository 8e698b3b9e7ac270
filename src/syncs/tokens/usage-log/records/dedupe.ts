import type { YieldToEventLoop } from '../../../../util/async.ts';
import { unqualifiedKey } from '../agent.ts';
import type { RecordTable } from './record-table.ts';

export interface ResponseOptions {
  /** Rows of records that don't count. */
  readonly excluded: ReadonlySet<number>;
  readonly yieldToEventLoop: YieldToEventLoop;
}

/**
 * Calls `onResponse` with the row of the one record of each response that counts, and its key: the one of the highest
 * rank, then of the most tokens (counts grow during a response), then of the highest reported cost, then the earliest,
 * then that of the smallest path.
 * The order of reading does not matter, so that logs read in pieces give the same result as logs read at once.
 */
export async function forEachResponse(
  records: RecordTable,
  onResponse: (row: number, key: string) => void,
  { excluded, yieldToEventLoop }: ResponseOptions,
): Promise<void> {
  const duplicates = await findQualifiedDuplicates(records, yieldToEventLoop);
  let count = 0;
  for (const [key, firstRow] of records.first) {
    count += 1;
    if (count % 1000 === 0) await yieldToEventLoop();
    if (duplicates.size > 0 && isQualifiedDuplicate(records, key)) continue;
    const row = preferredRow(records, firstRow, excluded);
    if (row === null) continue;
    const duplicate = duplicates.get(key);
    onResponse(duplicate === undefined ? row : records.preferredRow(row, duplicate), key);
  }
}

/** Returns the preferred row of the qualified keys of each id that is a key as well: the same response. */
async function findQualifiedDuplicates(
  records: RecordTable,
  yieldToEventLoop: YieldToEventLoop,
): Promise<ReadonlyMap<string, number>> {
  const duplicates = new Map<string, number>();
  let count = 0;
  for (const [key, firstRow] of records.first) {
    count += 1;
    if (count % 1000 === 0) await yieldToEventLoop();
    if (!isQualifiedDuplicate(records, key)) continue;
    const id = unqualifiedKey(key);
    const row = preferredRow(records, firstRow) ?? firstRow;
    const known = duplicates.get(id);
    duplicates.set(id, known === undefined ? row : records.preferredRow(known, row));
  }
  return duplicates;
}

function isQualifiedDuplicate({ first }: RecordTable, key: string): boolean {
  const id = unqualifiedKey(key);
  return id !== key && first.has(id);
}

const noRows: ReadonlySet<number> = new Set();

/** Returns null if all rows are excluded. */
function preferredRow(
  records: RecordTable,
  firstRow: number,
  excluded: ReadonlySet<number> = noRows,
): number | null {
  let preferred: number | null = null;
  for (const row of records.rowsFrom(firstRow)) {
    if (excluded.has(row)) continue;
    preferred = preferred === null ? row : records.preferredRow(preferred, row);
  }
  return preferred;
}
