import type { Ledger } from '../analytics/usage/ledgers.ts';
import { addKnown, toMicros } from '../analytics/usage/money.ts';
import type { Day } from '../schema/timestamp.ts';
import type { TokenEntry } from '../schema/tokens.ts';
import { getOrInsert } from '../util/collections.ts';
import type { Costs } from './page-data.ts';

/** The models of a page, and their indexes. */
interface Models {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** Returns all models, the most expensive first, so that most indexes are short. */
export function modelsByCost(ledgers: readonly Ledger[]): Models {
  const costs = new Map<string, number>();
  for (const { model, costUsd } of ledgers.flatMap(({ entries }) => entries)) {
    costs.set(model, (costs.get(model) ?? 0) + Number(costUsd ?? 0));
  }
  const names = [...costs]
    .sort(([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1))
    .map(([model]) => model);
  return { names, indexOf: new Map(names.map((name, index) => [name, index])) };
}

/** Returns the costs of entries as the page decodes them, or their list prices. */
export function encodeCosts(
  entries: readonly TokenEntry[],
  {
    models,
    numberOf,
    field = 'costUsd',
  }: {
    readonly models: Models;
    readonly numberOf: (date: Day) => number;
    readonly field?: 'costUsd' | 'listPriceUsd' | undefined;
  },
): Costs {
  const days = new Map<Day, Map<number, number | null>>();
  for (const entry of entries) {
    const money = entry[field];
    if (money === undefined) continue;
    const ofDay = getOrInsert(days, entry.date, () => new Map<number, number | null>());
    const model = models.indexOf.get(entry.model) ?? 0;
    const before = ofDay.get(model) ?? null;
    ofDay.set(model, addKnown(before, toMicros(money)));
  }
  let last = 0;
  return [...days]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([date, ofDay]) =>
      [...ofDay].flatMap(([model, micros]) => {
        const day = numberOf(date);
        const step = day - last;
        last = day;
        return [step, model, micros];
      }),
    );
}
