import type { Day, Timestamp } from '../../schema/timestamp.ts';
import { monthOf } from '../../util/dates.ts';
import type { YieldToEventLoop } from '../../util/async.ts';

/** The values of a history line that analytics use. `lineReaders` defines the meaning of the values. */
export interface SeriesLine {
  readonly run: Timestamp;
  readonly key: string;
  readonly values: Values;
}
export type Values = readonly (number | string | null)[];

/**
 * A month of a series without repeated values. Days are days of the month, 1 to 31. A key exists from its first
 * change to its last day, because the history contains at least one line per day and key.
 */
export interface SeriesMonth {
  /** Days with at least one line. */
  days: number[];
  keys: { key: string; lastDay: number; changes: [day: number, values: Values][] }[];
}

/** Reduces the lines of a month file, in order. Skips lines for which `read` returns null. */
export async function reduceMonth(
  month: string,
  lines: Iterable<unknown>,
  read: (line: unknown) => SeriesLine | null,
  yieldToEventLoop: YieldToEventLoop,
): Promise<SeriesMonth> {
  const days = new Set<number>();
  const keys = new Map<string, SeriesMonth['keys'][number]>();
  for (const content of lines) {
    await yieldToEventLoop();
    const line = read(content);
    if (line === null || monthOf(line.run) !== month) continue;
    let day = Number(line.run.slice(8, 10));
    const values = [...line.values];
    const known = keys.get(line.key);
    if (known === undefined) {
      keys.set(line.key, { key: line.key, lastDay: day, changes: [[day, values]] });
    } else {
      // The order of lines counts, even if the clock was set back between them.
      day = Math.max(day, known.lastDay);
      const last = known.changes.at(-1);
      known.lastDay = day;
      if (last?.[0] === day) last[1] = values;
      else if (last === undefined || !areEqual(last[1], values)) known.changes.push([day, values]);
    }
    days.add(day);
  }
  return { days: [...days].sort((one, other) => one - other), keys: [...keys.values()] };
}

const areEqual = (one: Values, other: Values): boolean =>
  one.every((value, index) => value === other[index]);

/** Reduced months by `YYYY-MM`, the oldest first. */
export type Series = ReadonlyMap<string, SeriesMonth>;

export const dateIn = (month: string, day: number): Day =>
  `${month}-${String(day).padStart(2, '0')}`;

/** Yields the values of every key on each day with lines from `from` to `to`, the oldest day first. */
export function* eachDay(
  series: Series,
  { from, to }: { readonly from: Day; readonly to: Day },
): Generator<readonly [date: Day, values: readonly (readonly [key: string, values: Values])[]]> {
  for (const [month, { days, keys }] of series) {
    for (const day of days) {
      const date = dateIn(month, day);
      if (date < from || date > to) continue;
      const values: (readonly [string, Values])[] = [];
      for (const { key, lastDay, changes } of keys) {
        const value = day <= lastDay ? lastUpTo(changes, day) : undefined;
        if (value !== undefined) values.push([key, value]);
      }
      yield [date, values];
    }
  }
}

/** Returns the values of every key at the end of a day. Keys without an earlier line are omitted. */
export function valuesAt(series: Series, date: Day): ReadonlyMap<string, Values> {
  const values = new Map<string, Values>();
  const month = monthOf(date);
  for (const [name, { keys }] of series) {
    if (name > month) continue;
    const day = name === month ? Number(date.slice(8, 10)) : 31;
    for (const { key, changes } of keys) {
      const value = lastUpTo(changes, day);
      if (value !== undefined) values.set(key, value);
    }
  }
  return values;
}

function lastUpTo(
  changes: SeriesMonth['keys'][number]['changes'],
  day: number,
): Values | undefined {
  let found: Values | undefined;
  for (const [changedOn, values] of changes) {
    if (changedOn > day) break;
    found = values;
  }
  return found;
}
