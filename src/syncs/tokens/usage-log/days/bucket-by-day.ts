import { getOrInsert } from '../../../../util/collections.ts';
import type { Day } from '../../../../schema/timestamp.ts';
import { dayIn } from '../../../../util/dates.ts';
import type { YieldToEventLoop } from '../../../../util/async.ts';
import { parseAmount, type Picodollars } from '../../pricing/money.ts';
import { costOf, isLongPrompt, type Pricing, type PricingKey } from '../../pricing/rates.ts';
import { addCounts, noTokens, totalTokens } from '../../token-counts.ts';
import type { Usage } from '../agent.ts';
import { createProjectLocator, type ProjectLocation } from '../projects/locate-project.ts';
import { forEachResponse } from '../records/dedupe.ts';
import type { RecordTable } from '../records/record-table.ts';
import type { LogState } from '../state.ts';
import { addUsage, type DayUsage } from './day-usage.ts';

/** Calls at the same price that belong to one entry. Mutable, because every call is added to one. */
interface Bucket {
  readonly date: Day;
  readonly location: ProjectLocation;
  readonly pricingKey: PricingKey;
  readonly tokens: { -readonly [Kind in keyof DayUsage['tokens']]: number };
  calls: number;
  /** Null if the agent did not report the cost of a call. */
  reportedCost: Picodollars | null;
}

export interface BucketOptions {
  readonly logs: Iterable<LogState>;
  /** Rows of records that don't count. */
  readonly excluded: ReadonlySet<number>;
  /** An IANA name. */
  readonly timeZone: string;
  readonly pricing: Pricing;
  /** The version of the prices of `pricing`. */
  readonly priceVersion: string;
  readonly yieldToEventLoop: YieldToEventLoop;
}

/**
 * Sums the usage of all responses by day of a time zone, model and project, and prices it. `-fast` is appended
 * to the name of a model in fast mode, which has other prices.
 */
export async function bucketByDay(
  records: RecordTable,
  options: BucketOptions,
): Promise<readonly DayUsage[]> {
  const { pricing, yieldToEventLoop } = options;
  const locate = createProjectLocator(options.logs);
  const dayOf = createCalendar(options.timeZone);
  const utcDayOf = createCalendar('UTC');
  // Looked up by identity: locations and days are few, and building string keys would double the time.
  const buckets = new Map<ProjectLocation, Map<Day, Bucket[]>>();

  const add = (timeMs: number, location: ProjectLocation, usage: Usage): void => {
    const date = dayOf(timeMs);
    const day = utcDayOf(timeMs);
    const bands = pricing.bandsOf(usage.vendor, usage.model);
    const isLong = isLongPrompt(usage, bands);
    const halfHour = bands.hasPeakHours ? halfHourOf(timeMs) : 0;
    const atLocation = getOrInsert(buckets, location, () => new Map<Day, Bucket[]>());
    const onDay = getOrInsert(atLocation, date, () => []);
    let bucket = onDay.find(({ pricingKey }) =>
      isPricedAs(pricingKey, usage, { day, halfHour, isLong }),
    );
    if (bucket === undefined) {
      const { vendor, model, isFast, isUs, isBatch } = usage;
      const pricingKey = { vendor, model, isFast, isUs, isBatch, isLong, day, halfHour };
      const tokens = { ...noTokens };
      bucket = { date, location, pricingKey, tokens, calls: 0, reportedCost: 0n };
      onDay.push(bucket);
    }
    addToBucket(bucket, usage);
  };
  const addResponse = (row: number): void => {
    const { timeMs, project, usage, extraUsages } = records.recordOf(row);
    const location = locate(records.logOf(row), project);
    add(timeMs, location, usage);
    for (const extra of extraUsages) add(timeMs, location, extra);
  };
  await forEachResponse(records, addResponse, options);

  const days = new Map<string, DayUsage>();
  for (const atLocation of buckets.values()) {
    await yieldToEventLoop();
    for (const bucket of [...atLocation.values()].flat()) {
      const usage = toDayUsage(bucket, options);
      const key = JSON.stringify([usage.date, usage.model, bucket.location]);
      const known = days.get(key);
      days.set(key, known === undefined ? usage : addUsage(known, usage));
    }
  }
  return [...days.values()];
}

const halfHourOf = (timeMs: number): number => Math.floor(timeMs / (30 * 60_000)) % 48;

function isPricedAs(
  key: PricingKey,
  usage: Usage,
  { day, halfHour, isLong }: Pick<PricingKey, 'day' | 'halfHour' | 'isLong'>,
): boolean {
  return (
    key.model === usage.model &&
    key.vendor === usage.vendor &&
    key.day === day &&
    key.halfHour === halfHour &&
    key.isLong === isLong &&
    key.isFast === usage.isFast &&
    key.isUs === usage.isUs &&
    key.isBatch === usage.isBatch
  );
}

function addToBucket(bucket: Bucket, usage: Usage): void {
  const { tokens } = bucket;
  // A search on its own is not a response.
  if (usage.webSearches === 0 || totalTokens(usage) > 0) bucket.calls += 1;
  tokens.input = addCounts(tokens.input, usage.input);
  tokens.output = addCounts(tokens.output, usage.output);
  tokens.cacheWrite5m = addCounts(tokens.cacheWrite5m, usage.cacheWrite5m);
  tokens.cacheWrite1h = addCounts(tokens.cacheWrite1h, usage.cacheWrite1h);
  tokens.cacheRead = addCounts(tokens.cacheRead, usage.cacheRead);
  tokens.webSearches = addCounts(tokens.webSearches, usage.webSearches);
  if (usage.reportedCostUsd === null) bucket.reportedCost = null;
  else if (bucket.reportedCost !== null) {
    bucket.reportedCost += parseAmount(String(usage.reportedCostUsd), 0);
  }
}

function toDayUsage(
  { date, location, pricingKey, tokens, calls, reportedCost }: Bucket,
  { pricing, priceVersion }: BucketOptions,
): DayUsage {
  const rates = pricing.ratesOf(pricingKey);
  const calculated = rates === null ? null : costOf(tokens, rates);
  const { model, isFast } = pricingKey;
  return {
    date,
    model: isFast ? `${model}-fast` : model,
    ...location,
    tokens,
    responses: calls,
    cost: calculated ?? reportedCost,
    priceVersion: calculated === null && reportedCost !== null ? null : priceVersion,
  };
}

/** Returns a function from milliseconds to days. In every time zone days change at a quarter of an hour. */
export function createCalendar(timeZone: string): (timeMs: number) => Day {
  const quarterMs = 15 * 60_000;
  const days = new Map<number, Day>();
  const toDay = dayIn(timeZone);
  return (timeMs) =>
    getOrInsert(days, Math.floor(timeMs / quarterMs), (quarter) =>
      toDay(new Date(quarter * quarterMs)),
    );
}
