import type { MatchLogic, ModelPrice } from '@pydantic/genai-prices';
import { candidatesFor, canonicalId, withoutAdditions } from './model-ids.ts';
import type { ListedModel } from './price-lists.data.ts';

/** A model of the price table. */
export interface PricedModel {
  /** The list that the price is from, such as `anthropic` or `aws`. */
  readonly list: string;
  /** The same for all ids of the model. */
  readonly canonicalId: string;
  /** A prompt with more tokens, cache included, has the higher price; infinite without one. */
  readonly longPromptTokens: number;
  /** Whether the price depends on the time of the day. */
  readonly hasPeakHours: boolean;
  /** Returns the prices in dollars per million tokens. */
  readonly pricesAt: (at: Date) => ModelPrice;
}

/** Returns the model of the table that a log names, or null. */
export type FindModel = (vendor: string, model: string) => PricedModel | null;

/** Loads the price table. */
export async function loadTable(): Promise<FindModel> {
  const { priceLists } = await import('./price-lists.data.ts');
  const lists = new Map(Object.entries(priceLists));
  const findIn: FindModel = (vendor, model) => {
    for (const { list, id } of candidatesFor(vendor, model)) {
      const found = lists.get(list)?.find(({ id: row, match }) => isMatch(match, id, row));
      if (found !== undefined) return toPricedModel(list, found);
    }
    return null;
  };
  // Rows of some models list their ids one by one.
  return (vendor, model) => findIn(vendor, model) ?? findIn(vendor, withoutAdditions(model));
}

/**
 * Whether a row of the table is about the model `id`. The table compares parts of ids, so that `claude-sonnet-5` also
 * matches `claude-sonnet-5-5`; a part counts only if the rest of the id is an addition, see `canonicalId`.
 */
function isMatch(match: MatchLogic, id: string, row: string): boolean {
  const isPart = (part: string): boolean => {
    const name = canonicalId(id);
    return canonicalId(part) === name || canonicalId(row) === name;
  };
  if ('or' in match) return match.or.some((one) => isMatch(one, id, row));
  if ('and' in match) return match.and.every((one) => isMatch(one, id, row));
  if ('equals' in match) return id === match.equals.toLowerCase();
  if ('regex' in match) return new RegExp(match.regex).test(id);
  if ('starts_with' in match) return id.startsWith(match.starts_with) && isPart(match.starts_with);
  if ('ends_with' in match) return id.endsWith(match.ends_with) && isPart(match.ends_with);
  return id.includes(match.contains) && isPart(match.contains);
}

function toPricedModel(list: string, { id, prices }: ListedModel): PricedModel {
  const periods = Array.isArray(prices) ? prices : [{ prices }];
  const starts = periods.flatMap((period) =>
    Object.values(period.prices).flatMap((price) =>
      typeof price === 'object' ? price.tiers.map(({ start }) => start) : [],
    ),
  );
  return {
    list,
    canonicalId: canonicalId(id),
    longPromptTokens: Math.min(Infinity, ...starts),
    hasPeakHours: periods.some(
      ({ constraint }) => constraint !== undefined && 'start_time' in constraint,
    ),
    pricesAt: (at) =>
      (periods.findLast((period) => appliesAt(period, at)) ?? periods[0])?.prices ?? {},
  };
}

type Period = Extract<ListedModel['prices'], readonly unknown[]>[number];

function appliesAt({ constraint }: Period, at: Date): boolean {
  if (constraint === undefined) return true;
  if ('start_date' in constraint) return at >= new Date(constraint.start_date);
  const time = `${at.toISOString().slice(11, 19)}Z`;
  const { start_time: start, end_time: end } = constraint;
  return start <= end ? start <= time && time < end : start <= time || time < end;
}
