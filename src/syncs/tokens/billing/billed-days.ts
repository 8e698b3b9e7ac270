import type { Day } from '../../../schema/timestamp.ts';
import type { TokenEntry, TokenSource } from '../../../schema/tokens.ts';
import { addDays } from '../../../util/dates.ts';

/** How many days the first run requests, today included. */
const firstRunDays = 90;
/** How many days each later run requests: late events change a bill for about 30 days. */
const refreshedDays = 35;

/** Returns the first UTC day to request. After a long pause it is the last covered day, so that no gap remains. */
export function firstDayToRequest(coveredTo: Day | null, today: Day): Day {
  if (coveredTo === null) return addDays(today, 1 - firstRunDays);
  const refreshed = addDays(today, 1 - refreshedDays);
  return coveredTo < refreshed ? coveredTo : refreshed;
}

/** Returns the entries with those of `days` replaced by the new ones. */
export function replaceDays(
  previous: readonly TokenEntry[],
  current: readonly TokenEntry[],
  days: ReadonlySet<Day>,
): readonly TokenEntry[] {
  return [
    ...previous.filter(({ date }) => !days.has(date)),
    ...current.filter(({ date }) => days.has(date)),
  ];
}

/** Counts the days that were complete in the previous run and have different entries now. */
export function countRevisedDays(
  previous: readonly TokenEntry[],
  current: readonly TokenEntry[],
  { days, before }: { readonly days: ReadonlySet<Day>; readonly before: TokenSource | undefined },
): number {
  const { coveredFrom, coveredTo } = before ?? {};
  if (!coveredFrom || !coveredTo) return 0;
  const earlier = serializeByDay(previous);
  const later = serializeByDay(current);
  return [...days].filter(
    (date) => date >= coveredFrom && date < coveredTo && earlier.get(date) !== later.get(date),
  ).length;
}

function serializeByDay(entries: readonly TokenEntry[]): ReadonlyMap<Day, string> {
  const lines = new Map<Day, string[]>();
  for (const { date, model, workspace, tokens, responses, costUsd } of entries) {
    const counts = Object.entries(tokens).sort(([a], [b]) => (a < b ? -1 : 1));
    const line = JSON.stringify([model, workspace ?? null, counts, responses, costUsd]);
    const known = lines.get(date);
    if (known === undefined) lines.set(date, [line]);
    else known.push(line);
  }
  return new Map([...lines].map(([date, own]) => [date, own.sort().join('\n')]));
}
