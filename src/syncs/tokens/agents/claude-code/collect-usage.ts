import type { Warning } from '../../../../schema/status.ts';
import type { SyncContext } from '../../../sync.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { loadPrices, priceVersionWith } from '../../pricing.ts';
import type { DayUsage } from './day-usage.ts';
import type { FoundLog } from './find-logs.ts';
import { forgetOld, logsInUse } from './forget.ts';
import { recogniseFolders } from './hidden-path.ts';
import { keptDays, toldBefore, withKept } from './kept-days.ts';
import { readLogs } from './read-logs.ts';
import { noResponses, type Responses } from './responses.ts';
import { encodeState, type LogState, type StoredState } from './state.ts';
import { usageByDay } from './usage-by-day.ts';

export interface CollectedUsage {
  readonly usage: readonly DayUsage[];
  readonly logs: ReadonlyMap<string, LogState>;
  readonly problems: readonly Warning[];
  /** The new state; absent when the stored one is still true. */
  readonly cache?: Uint8Array;
}

/**
 * Brings what is known of the logs up to date. With nothing new, and days as they are wanted, the responses
 * are not even decoded. Null when they are needed and damaged: then all must be read without a state.
 */
export async function collectUsage(
  source: string,
  found: readonly FoundLog[],
  state: StoredState | null,
  { context, pause }: { readonly context: SyncContext<'tokens'>; readonly pause: YieldToEventLoop },
): Promise<CollectedUsage | null> {
  const { timeZone, prices } = context.options;
  const priceVersion = priceVersionWith(prices);
  const { system, signal, progress: onProgress } = context;
  const read = await readLogs(found, state, { system, signal, pause, onProgress });
  if (read === null) return null;
  const { problems } = read;
  let { logs } = read;
  if (state !== null && read.responses === null && isCut(state, { timeZone, priceVersion })) {
    return { usage: withKept(state.days.usage, state.kept), logs, problems };
  }
  const responses = read.responses ?? (await storedResponses(state, pause));
  if (responses === null) return null;

  const tariffOf = await loadPrices(prices);
  await pause();
  const cut = (zone: string): Promise<readonly DayUsage[]> =>
    usageByDay(responses, { logs: logs.values(), timeZone: zone, tariffOf, priceVersion, pause });
  let known = await cut(timeZone);
  let kept: readonly DayUsage[];
  if (state === null) {
    const told = await toldBefore(context, source);
    const then = told.timeZone === timeZone ? known : await cut(told.timeZone);
    kept = keptDays(recogniseFolders(told.usage, then), then);
  } else {
    kept = keptDays(state.kept, known);
  }
  const present = new Set(found.map(({ path }) => path));
  if (await forgetOld(responses, { present, now: context.startedAt, pause })) {
    const told = withKept(known, kept);
    logs = logsInUse(logs, responses, present);
    known = await cut(timeZone);
    kept = keptDays(told, known);
  }
  const days = { timeZone, priceVersion, usage: known };
  const cache = await encodeState({ logs, kept, days }, responses, pause);
  return { usage: withKept(known, kept), logs, problems, cache };
}

const isCut = (
  { days }: StoredState,
  wanted: { readonly timeZone: string; readonly priceVersion: string },
): boolean => days.timeZone === wanted.timeZone && days.priceVersion === wanted.priceVersion;

const storedResponses = async (
  state: StoredState | null,
  pause: YieldToEventLoop,
): Promise<Responses | null> =>
  state === null ? noResponses() : state.responses(new Set(), pause);
