import { dayIn, type Day } from '../../../../schema/timestamp.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { costOf, longPromptTokens, type TariffOf } from '../../pricing.ts';
import { addCounts, addUsage, noTokens, type DayUsage } from './day-usage.ts';
import { createPlaceFinder, type Place } from './place.ts';
import { forEachWinner, type ResponseRecord, type Responses } from './responses.ts';
import type { LogState } from './state.ts';
import { promptTokens, type Call } from './usage-line.ts';

/** Calls that cost the same and are told together. Written to for every call, which is why it may be. */
interface Group {
  readonly date: Day;
  readonly utcDay: Day;
  readonly place: Place;
  /** One of the calls. */
  readonly call: Call;
  readonly isLong: boolean;
  readonly tokens: { -readonly [Kind in keyof DayUsage['tokens']]: number };
  calls: number;
}

/**
 * Cuts what the responses used into days of a time zone (an IANA name), by model and project, and prices
 * it. A model in fast mode is told apart by `-fast` behind its name, as its price is another.
 */
export async function usageByDay(
  responses: Responses,
  options: {
    readonly logs: Iterable<LogState>;
    readonly timeZone: string;
    readonly tariffOf: TariffOf;
    /** Of what `tariffOf` tells. */
    readonly priceVersion: string;
    readonly pause: YieldToEventLoop;
  },
): Promise<readonly DayUsage[]> {
  const { pause } = options;
  const placeOf = createPlaceFinder(options.logs);
  const dayOf = createCalendar(options.timeZone);
  const utcDayOf = createCalendar('UTC');
  // Found by identity, as texts would be half of the work: places and days are few and shared.
  const groups = new Map<Place, Map<Day, Group[]>>();

  const addCall = ({ timeMs }: ResponseRecord, place: Place, call: Call): void => {
    const date = dayOf(timeMs);
    const utcDay = utcDayOf(timeMs);
    const isLong = promptTokens(call) > longPromptTokens;
    const ofPlace = getOrAdd(groups, place, () => new Map<Day, Group[]>());
    const ofDay = getOrAdd(ofPlace, date, () => []);
    let group = ofDay.find(
      (one) => one.utcDay === utcDay && one.isLong === isLong && haveSameTerms(one.call, call),
    );
    if (group === undefined) {
      group = { date, utcDay, place, call, isLong, tokens: { ...noTokens }, calls: 0 };
      ofDay.push(group);
    }
    addTo(group, call);
  };
  const addRecord = (record: ResponseRecord): void => {
    const place = placeOf(record);
    addCall(record, place, record.call);
    for (const call of record.extraCalls) addCall(record, place, call);
  };
  await forEachWinner(responses, addRecord, pause);

  const days = new Map<string, DayUsage>();
  for (const ofPlace of groups.values()) {
    await pause();
    for (const group of [...ofPlace.values()].flat()) addGroup(days, group, options);
  }
  return [...days.values()];
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make(key);
    map.set(key, value);
  }
  return value;
}

const haveSameTerms = (one: Call, other: Call): boolean =>
  one.model === other.model &&
  one.isFast === other.isFast &&
  one.isUs === other.isUs &&
  one.isBatch === other.isBatch;

function addTo(group: Group, call: Call): void {
  const { tokens } = group;
  group.calls += 1;
  tokens.input = addCounts(tokens.input, call.input);
  tokens.output = addCounts(tokens.output, call.output);
  tokens.cacheWrite5m = addCounts(tokens.cacheWrite5m, call.cacheWrite5m);
  tokens.cacheWrite1h = addCounts(tokens.cacheWrite1h, call.cacheWrite1h);
  tokens.cacheRead = addCounts(tokens.cacheRead, call.cacheRead);
  tokens.webSearches = addCounts(tokens.webSearches, call.webSearches);
}

function addGroup(
  days: Map<string, DayUsage>,
  group: Group,
  { tariffOf, priceVersion }: { readonly tariffOf: TariffOf; readonly priceVersion: string },
): void {
  const { date, utcDay, isLong, place, tokens, calls } = group;
  const { model: baseModel, isFast, isUs, isBatch } = group.call;
  const tariff = tariffOf({ model: baseModel, isFast, isUs, isBatch, isLong, day: utcDay });
  const cost = tariff === null ? null : costOf(tokens, tariff);
  const model = isFast ? `${baseModel}-fast` : baseModel;
  const usage = { date, model, ...place, tokens, responses: calls, cost, priceVersion };
  const key = JSON.stringify([date, model, place]);
  const known = days.get(key);
  days.set(key, known === undefined ? usage : addUsage(known, usage));
}

/** Tells the day of a time (in milliseconds). All time zones turn the day at a quarter of an hour. */
export function createCalendar(timeZone: string): (timeMs: number) => Day {
  const quarterMs = 15 * 60_000;
  const days = new Map<number, Day>();
  const ask = dayIn(timeZone);
  return (timeMs) =>
    getOrAdd(days, Math.floor(timeMs / quarterMs), (quarter) => ask(new Date(quarter * quarterMs)));
}
