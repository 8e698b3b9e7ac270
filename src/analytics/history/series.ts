import * as z from 'zod/mini';
import { monthOf, type Day, type Timestamp } from '../../schema/timestamp.ts';
import type { YieldToEventLoop } from '../../util/async.ts';

/** What a history line is reduced to; the meaning of the values is that of the series. */
export interface SeriesLine {
  readonly run: Timestamp;
  readonly key: string;
  readonly values: Values;
}
export type Values = readonly (number | string | null)[];

const change = z.tuple([z.int(), z.array(z.nullable(z.union([z.number(), z.string()])))]);

/**
 * A month of a series without what repeats itself; days are those of the month, 1 to 31. A key is there
 * from its first change to its last day, as the history has a line a day for every key.
 */
export const seriesMonth = z.object({
  /** The days on which anything was written. */
  days: z.array(z.int()),
  keys: z.array(z.object({ key: z.string(), lastDay: z.int(), changes: z.array(change) })),
});
export type SeriesMonth = z.infer<typeof seriesMonth>;

/** Reduces the lines of a month file, in their order; lines that `read` does not know are left out. */
export async function reduceMonth(
  month: string,
  lines: Iterable<unknown>,
  read: (line: unknown) => SeriesLine | null,
  pause: YieldToEventLoop,
): Promise<SeriesMonth> {
  const days = new Set<number>();
  const keys = new Map<string, SeriesMonth['keys'][number]>();
  for (const text of lines) {
    await pause();
    const line = read(text);
    if (line === null || monthOf(line.run) !== month) continue;
    let day = Number(line.run.slice(8, 10));
    const values = [...line.values];
    const known = keys.get(line.key);
    if (known === undefined) {
      keys.set(line.key, { key: line.key, lastDay: day, changes: [[day, values]] });
    } else {
      // A clock that was set back does not change the order of what was written.
      day = Math.max(day, known.lastDay);
      const last = known.changes.at(-1);
      known.lastDay = day;
      if (last?.[0] === day) last[1] = values;
      else if (last === undefined || !areSame(last[1], values)) known.changes.push([day, values]);
    }
    days.add(day);
  }
  return { days: [...days].sort((one, other) => one - other), keys: [...keys.values()] };
}

const areSame = (one: Values, other: Values): boolean =>
  one.every((value, index) => value === other[index]);

/** The reduced months of a series by `YYYY-MM`, the oldest first. */
export type Series = ReadonlyMap<string, SeriesMonth>;

export const dateIn = (month: string, day: number): Day =>
  `${month}-${String(day).padStart(2, '0')}`;

/** The values of every key on each day from `from` to `to` that has any, the oldest day first. */
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

/** What a key said at the end of a day; undefined when it had said nothing yet. */
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
