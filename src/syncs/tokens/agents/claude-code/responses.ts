import type { YieldToEventLoop } from '../../../../util/async.ts';
import { createRows, type Rank, type ResponseRows } from './response-rows.ts';
import { promptTokens, type Call, type UsageLine } from './usage-line.ts';

/** A log file, as those who stem from it know it. */
export interface Log {
  readonly path: string;
  /** Name of the folder below `projects/`. */
  readonly folder: string;
}

/** The best that one log says about one response. */
export interface ResponseRecord {
  readonly log: Log;
  readonly timeMs: number;
  readonly isSideChain: boolean;
  /** The folder that Claude Code was started in, where the line tells it. */
  readonly start: string | null;
  readonly call: Call;
  readonly extraCalls: readonly Call[];
}

/**
 * What the logs say about every response: the row of its first record, by key. There is one record for each
 * log that knows of it, so that a log can be read again without reading the others.
 */
export interface Responses {
  readonly first: Map<string, number>;
  readonly rows: ResponseRows;
}

export const noResponses = (): Responses => ({ first: new Map(), rows: createRows() });

/** Adds what a line says; of two that stem from one log the better one stays. */
export function addRecord({ first, rows }: Responses, key: string, record: ResponseRecord): void {
  const known = first.get(key);
  if (known === undefined) {
    first.set(key, rows.append(record));
    return;
  }
  for (let row = known; ; row = rows.nextOf(row)) {
    if (rows.logOf(row) === record.log) {
      if (isBetter(rankOf(record), rows.rankOf(row))) rows.replace(row, record);
      return;
    }
    if (rows.nextOf(row) === -1) {
      rows.setNext(row, rows.append(record));
      return;
    }
  }
}

/** The rows of a response, from its first one on. */
export function* rowsFrom(rows: ResponseRows, first: number): Iterable<number> {
  for (let row = first; row !== -1; row = rows.nextOf(row)) yield row;
}

/**
 * Hands over the one record of each response that counts. Which one does not depend on the order of
 * reading, so that logs read piece by piece give the same as logs read at once: no side chain before a side
 * chain (which may repeat it with a larger prompt), the most tokens (counts grow while an answer is
 * written), the earliest, the smallest path.
 */
export async function forEachWinner(
  responses: Responses,
  onWinner: (record: ResponseRecord) => void,
  pause: YieldToEventLoop,
): Promise<void> {
  const { first, rows } = responses;
  const strays = await bestStrays(responses, pause);
  let count = 0;
  for (const [key, row] of first) {
    count += 1;
    if (count % 1000 === 0) await pause();
    if (strays.size > 0 && isStray(responses, key)) continue;
    const stray = strays.get(key);
    const best = bestFrom(rows, row);
    onWinner(rows.read(stray === undefined ? best : betterOf(rows, best, stray)));
  }
}

/** What lines without a request id say about responses that others tell of with one: the same response. */
async function bestStrays(
  responses: Responses,
  pause: YieldToEventLoop,
): Promise<ReadonlyMap<string, number>> {
  const { first, rows } = responses;
  const strays = new Map<string, number>();
  let count = 0;
  for (const [key, row] of first) {
    count += 1;
    if (count % 1000 === 0) await pause();
    if (!isStray(responses, key)) continue;
    const id = idOf(key);
    const best = bestFrom(rows, row);
    const other = strays.get(id);
    strays.set(id, other === undefined ? best : betterOf(rows, other, best));
  }
  return strays;
}

function isStray({ first }: Responses, key: string): boolean {
  const id = idOf(key);
  return id !== key && first.has(id);
}

function idOf(key: string): string {
  const tab = key.indexOf('\t');
  return tab === -1 ? key : key.slice(0, tab);
}

function bestFrom(rows: ResponseRows, first: number): number {
  let best = first;
  for (let row = rows.nextOf(first); row !== -1; row = rows.nextOf(row)) {
    best = betterOf(rows, best, row);
  }
  return best;
}

const betterOf = (rows: ResponseRows, one: number, other: number): number =>
  isBetter(rows.rankOf(other), rows.rankOf(one)) ? other : one;

const rankOf = ({ isSideChain, call, timeMs, log }: ResponseRecord): Rank => ({
  isSideChain,
  tokens: promptTokens(call) + call.output,
  timeMs,
  path: log.path,
});

function isBetter(one: Rank, other: Rank): boolean {
  if (one.isSideChain !== other.isSideChain) return other.isSideChain;
  if (one.tokens !== other.tokens) return one.tokens > other.tokens;
  if (one.timeMs !== other.timeMs) return one.timeMs < other.timeMs;
  return one.path < other.path;
}

/** A record of a line; `start` as `startFolder` tells it. */
export const toRecord = (line: UsageLine, log: Log, start: string | null): ResponseRecord => ({
  log,
  timeMs: line.timeMs,
  isSideChain: line.isSideChain,
  start,
  call: line.call,
  extraCalls: line.extraCalls,
});
