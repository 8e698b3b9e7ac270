import { dayOf, type Day } from '../../../schema/timestamp.ts';
import type { TokenEntry, TokenSource } from '../../../schema/tokens.ts';

/** How many days the first run asks for, today included. */
const firstDays = 90;
/** And each later one: late events change a bill for about 30 days. */
const againDays = 35;

export const addDays = (date: Day, days: number): Day =>
  dayOf(new Date(Date.parse(date) + days * 86_400_000));

/** From which UTC day on a bill is asked for; a longer pause between two runs leaves no gap. */
export function firstDayToAsk(coveredTo: Day | null, today: Day): Day {
  if (coveredTo === null) return addDays(today, 1 - firstDays);
  const again = addDays(today, 1 - againDays);
  return coveredTo < again ? coveredTo : again;
}

/** What was told before, but for the days that are told anew, which are replaced whole. */
export function replaceDays(
  told: readonly TokenEntry[],
  fresh: readonly TokenEntry[],
  days: ReadonlySet<Day>,
): readonly TokenEntry[] {
  return [
    ...told.filter(({ date }) => !days.has(date)),
    ...fresh.filter(({ date }) => days.has(date)),
  ];
}

/** On how many days that were told when they were over the new entries say something else. */
export function revisedDaysOf(
  told: readonly TokenEntry[],
  fresh: readonly TokenEntry[],
  { days, before }: { readonly days: ReadonlySet<Day>; readonly before: TokenSource | undefined },
): number {
  const { coveredFrom, coveredTo } = before ?? {};
  if (!coveredFrom || !coveredTo) return 0;
  const one = textsByDay(told);
  const other = textsByDay(fresh);
  return [...days].filter(
    (date) => date >= coveredFrom && date < coveredTo && one.get(date) !== other.get(date),
  ).length;
}

function textsByDay(entries: readonly TokenEntry[]): ReadonlyMap<Day, string> {
  const texts = new Map<Day, string[]>();
  for (const { date, model, workspace, tokens, responses, costUsd } of entries) {
    const counts = Object.entries(tokens).sort(([one], [other]) => (one < other ? -1 : 1));
    const text = JSON.stringify([model, workspace ?? null, counts, responses, costUsd]);
    const known = texts.get(date);
    if (known === undefined) texts.set(date, [text]);
    else known.push(text);
  }
  return new Map([...texts].map(([date, lines]) => [date, lines.sort().join('\n')]));
}
