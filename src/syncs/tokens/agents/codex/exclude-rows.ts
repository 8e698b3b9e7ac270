import { basename } from 'node:path';
import type { LogRows } from '../../usage-log/agent.ts';
import { groupBy } from '../../../../util/collections.ts';
import type { RecordTable } from '../../usage-log/records/record-table.ts';
import { rank, type RolloutState } from './rollout-state.ts';

interface Rollout extends RolloutState {
  /** Rows of running totals, in order. */
  readonly tokenCountRows: readonly number[];
  /** Rows of responses of the thread, in order. */
  readonly responseRows: readonly number[];
}

/**
 * Returns the rows that would count usage twice: those of another file of the same rollout, of history that was
 * copied from the parent of a thread, and running totals of responses that have records of their own.
 */
export function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  const rollouts: Rollout[] = [];
  for (const files of groupBy(logs, rolloutName).values()) {
    const current = currentFile(files);
    for (const file of files) if (file !== current) yield* file.rows;
    if (current.parserState !== null) rollouts.push(toRollout(current, records));
  }
  const byThread = new Map(rollouts.map((rollout) => [rollout.threadId, rollout]));
  const keys = records.keys();
  for (const rollout of rollouts) {
    const parent = rollout.parentId === null ? undefined : byThread.get(rollout.parentId);
    const copied = countCopied(rollout, parent === rollout ? undefined : parent, records);
    yield* rollout.tokenCountRows.slice(0, copied);
    const own = rollout.tokenCountRows.slice(copied);
    yield* rowsWithoutResponses({ ...rollout, tokenCountRows: own }, { records, keys });
  }
}

const rolloutName = ({ path }: LogRows): string => basename(path).replace(/\.zst$/, '');

/**
 * Returns the file of a rollout that counts: the one with the most records, because copies may be older. Of several, it is an
 * existing one, in `sessions` if there is one: Codex moves and compresses files, so that older ones are gone.
 */
function currentFile(files: readonly [LogRows, ...LogRows[]]): LogRows {
  const preference = (file: LogRows): number =>
    (file.isPresent ? 2 : 0) + (isArchived(file) ? 0 : 1);
  const compare = (a: LogRows, b: LogRows): number =>
    b.rows.length - a.rows.length || preference(b) - preference(a) || (a.path < b.path ? -1 : 1);
  return files.reduce((best, file) => (compare(file, best) < 0 ? file : best));
}

const isArchived = ({ path }: LogRows): boolean => /[\\/]archived_sessions[\\/]/.test(path);

function toRollout({ parserState, rows }: LogRows, records: RecordTable): Rollout {
  const ofRank = (wanted: number): number[] => rows.filter((row) => records.rankOf(row) === wanted);
  return {
    ...(parserState as RolloutState),
    tokenCountRows: ofRank(rank.tokenCount),
    responseRows: ofRank(rank.response),
  };
}

/**
 * Returns how many of the first running totals a thread has copied from its parent. The copies have new
 * timestamps, so they are recognised by their counts, in order. Without the parent they are recognised because
 * they were all written at once. Equal totals alone prove nothing: different work may reach the same total.
 */
function countCopied(child: Rollout, parent: Rollout | undefined, records: RecordTable): number {
  const { copied, parentId, startMs, tokenCountRows } = child;
  if (copied !== null) return copied;
  if (parentId === null) return 0;
  const start = startMs ?? Infinity;
  const isOlder = (row: number): boolean => records.timeOf(row) < start;
  const before = countLeading(tokenCountRows, isOlder);
  if (parent === undefined) return Math.max(before, countBurst(tokenCountRows, records));
  const history = parent.tokenCountRows.filter((row) => records.timeOf(row) <= start);
  const isCopy = (row: number, index: number): boolean => {
    const original = history[index];
    return original !== undefined && records.hasSameCounts(row, original);
  };
  return Math.max(before, countLeading(tokenCountRows, isCopy));
}

/** A model takes longer for a response, and a copied history is written within some 40 ms. */
const maxBurstGapMs = 1000;

function countBurst(rows: readonly number[], records: RecordTable): number {
  const isClose = (row: number, index: number): boolean => {
    const next = rows[index + 1];
    return next !== undefined && records.timeOf(next) - records.timeOf(row) <= maxBurstGapMs;
  };
  const gaps = countLeading(rows, isClose);
  return gaps === 0 ? 0 : gaps + 1;
}

function countLeading(
  rows: readonly number[],
  test: (row: number, index: number) => boolean,
): number {
  const end = rows.findIndex((row, index) => !test(row, index));
  return end === -1 ? rows.length : end;
}

/**
 * From the first response with a record on, the records count, because the running total does not contain the
 * compactions by the server. If it has grown by more than the other records, some are missing: then the running
 * total counts, and the records of these compactions.
 */
function rowsWithoutResponses(
  { tokenCountRows, responseRows, compactions }: Rollout,
  {
    records,
    keys,
  }: { readonly records: RecordTable; readonly keys: readonly (string | undefined)[] },
): readonly number[] {
  const [first] = responseRows;
  if (first === undefined) return [];
  const since = tokenCountRows.filter((row) => row > first);
  const sum = (rows: readonly number[]): number =>
    rows.reduce((total, row) => total + records.tokensOf(row), 0);
  const compacted = new Set(compactions);
  const inTotal = responseRows.filter((row) => !compacted.has(keys[row] ?? ''));
  return sum(since) <= sum(inTotal) ? since : inTotal;
}
