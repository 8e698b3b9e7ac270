import type { Pause } from '../../../pause.ts';
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
 * What the logs say about every response, by key: one record for each log that knows of it, so that a log
 * can be read again without reading the others.
 */
export type Responses = Map<string, ResponseRecord | ResponseRecord[]>;

/** Adds what a line says; of two that stem from one log the better one stays. */
export function addRecord(responses: Responses, key: string, record: ResponseRecord): void {
  const known = responses.get(key);
  if (known === undefined) {
    responses.set(key, record);
  } else if (!Array.isArray(known)) {
    if (known.log !== record.log) responses.set(key, [known, record]);
    else if (isBetter(record, known)) responses.set(key, record);
  } else {
    const index = known.findIndex(({ log }) => log === record.log);
    const own = known[index];
    if (own === undefined) known.push(record);
    else if (isBetter(record, own)) known[index] = record;
  }
}

export const recordsOf = (known: ResponseRecord | ResponseRecord[]): readonly ResponseRecord[] =>
  Array.isArray(known) ? known : [known];

/**
 * Hands over the one record of each response that counts. Which one does not depend on the order of
 * reading, so that logs read piece by piece give the same as logs read at once: no side chain before a side
 * chain (which may repeat it with a larger prompt), the most tokens (counts grow while an answer is
 * written), the earliest, the smallest path.
 */
export async function forEachWinner(
  responses: Responses,
  onWinner: (record: ResponseRecord) => void,
  pause: Pause,
): Promise<void> {
  const strays = await bestStrays(responses, pause);
  let count = 0;
  for (const [key, known] of responses) {
    count += 1;
    if (count % 1000 === 0) await pause();
    if (strays.size > 0 && isStray(responses, key)) continue;
    const stray = strays.get(key);
    const best = bestOf(known);
    onWinner(stray !== undefined && isBetter(stray, best) ? stray : best);
  }
}

/** What lines without a request id say about responses that others tell of with one: the same response. */
async function bestStrays(
  responses: Responses,
  pause: Pause,
): Promise<ReadonlyMap<string, ResponseRecord>> {
  const strays = new Map<string, ResponseRecord>();
  let count = 0;
  for (const [key, known] of responses) {
    count += 1;
    if (count % 1000 === 0) await pause();
    if (!isStray(responses, key)) continue;
    const id = idOf(key);
    const best = bestOf(known);
    const other = strays.get(id);
    if (other === undefined || isBetter(best, other)) strays.set(id, best);
  }
  return strays;
}

function isStray(responses: Responses, key: string): boolean {
  const id = idOf(key);
  return id !== key && responses.has(id);
}

function idOf(key: string): string {
  const tab = key.indexOf('\t');
  return tab === -1 ? key : key.slice(0, tab);
}

function bestOf(known: ResponseRecord | ResponseRecord[]): ResponseRecord {
  if (!Array.isArray(known)) return known;
  return known.reduce((best, record) => (isBetter(record, best) ? record : best));
}

function isBetter(one: ResponseRecord, other: ResponseRecord): boolean {
  if (one.isSideChain !== other.isSideChain) return other.isSideChain;
  const tokens = promptTokens(one.call) + one.call.output;
  const otherTokens = promptTokens(other.call) + other.call.output;
  if (tokens !== otherTokens) return tokens > otherTokens;
  if (one.timeMs !== other.timeMs) return one.timeMs < other.timeMs;
  return one.log.path < other.log.path;
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
