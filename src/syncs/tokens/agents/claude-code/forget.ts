import type { YieldToEventLoop } from '../../../../util/async.ts';
import { rowsFrom, type Log, type Responses } from './responses.ts';
import type { LogState } from './state.ts';

// Longer than the 90 days of the longest window, so that its days can always be cut and priced anew.
const rememberedDays = 100;
const dayMs = 24 * 60 * 60_000;

/**
 * Forgets the responses that only vanished logs tell of and that are old, so that what is remembered does
 * not grow for ever. `present` are the paths of the logs that are there. Returns whether there were any.
 */
export async function forgetOld(
  responses: Responses,
  options: {
    readonly present: ReadonlySet<string>;
    readonly now: Date;
    readonly pause: YieldToEventLoop;
  },
): Promise<boolean> {
  const { present, now, pause } = options;
  const oldestMs = now.getTime() - rememberedDays * dayMs;
  const { first, rows } = responses;
  const sizeBefore = first.size;
  let count = 0;
  for (const [key, row] of first) {
    count += 1;
    if (count % 1000 === 0) await pause();
    const isOld = (one: number): boolean =>
      rows.timeOf(one) < oldestMs && !present.has(rows.logOf(one).path);
    if (isOld(row) && [...rowsFrom(rows, row)].every(isOld)) first.delete(key);
  }
  return first.size < sizeBefore;
}

/** The logs that are there, and the vanished ones that some response is still known from. */
export function logsInUse(
  logs: ReadonlyMap<string, LogState>,
  { first, rows }: Responses,
  present: ReadonlySet<string>,
): ReadonlyMap<string, LogState> {
  const used = new Set<Log>();
  for (const row of first.values()) {
    for (const one of rowsFrom(rows, row)) used.add(rows.logOf(one));
  }
  return new Map([...logs].filter(([path, { log }]) => present.has(path) || used.has(log)));
}
