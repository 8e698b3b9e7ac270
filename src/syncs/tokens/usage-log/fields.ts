import { sanitizePath } from '../../../util/text.ts';
import { totalTokens } from '../token-counts.ts';
import type { Usage } from './agent.ts';

/**
 * Fields of untyped JSON, checked by hand as strictly as a schema would: zod took 5 µs per line and more, a
 * third on top of JSON.parse.
 */
export type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = {};

export const toFields = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

/** Returns no fields for an absent object, and null for a value of another type. */
export const nestedFields = (value: unknown): Fields | null =>
  value === undefined || value === null ? noFields : toFields(value);

/** Returns a string that is not empty, else null. */
export const toText = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Returns a string that is not empty, without control characters and truncated to 4,096 characters, else null. */
export function toSanitizedText(value: unknown): string | null {
  const text = toText(value);
  return text === null ? null : sanitizePath(text, 4096);
}

const idPattern = /^[^\t\n]{1,200}$/;

/** The name of a model that a log does not contain. */
export const unknownModel = 'unknown';

/** Returns a string that can be the key of a record, else null. */
export const toId = (value: unknown): string | null =>
  typeof value === 'string' && idPattern.test(value) ? value : null;

/** Absent and null mean 0. Returns NaN for anything that is not a whole number of at least 0. */
export function toCount(value: unknown): number {
  if (value === undefined || value === null) return 0;
  return isCount(value) ? value : NaN;
}

export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Returns the input of a request without its cached tokens, where the reported input should contain them. More cached
 * tokens than input prove that it does not: some providers report the two apart.
 */
export const uncachedInput = (input: number, cached: number): number =>
  cached > input ? input : input - cached;

/** Returns an amount in US dollars, null if it is absent or not a number of at least 0. */
export const toCostUsd = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

// Limited to one century, so that the day is a valid date in every time zone.
const timestampPattern = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Returns the milliseconds since 1970 of an ISO 8601 timestamp, null if it is invalid. */
export function toTimeMs(value: unknown): number | null {
  if (typeof value !== 'string' || !timestampPattern.test(value)) return null;
  const timeMs = Date.parse(value);
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** Returns the milliseconds since 1970 of a timestamp as SQLite writes it, in UTC, or of one by `toTimeMs`. */
export const toSqlTimeMs = (value: unknown): number | null =>
  toTimeMs(
    typeof value === 'string' && /^\d{4}-\d\d-\d\d [\d:.]+$/.test(value)
      ? `${value.replace(' ', 'T')}Z`
      : value,
  );

const firstMs = Date.UTC(2000, 0, 2);
const lastMs = Date.UTC(2099, 11, 30);

/** Returns whole milliseconds since 1970, null if the value is not a time of this century. */
export const toEpochMs = (value: unknown): number | null =>
  typeof value === 'number' && value >= firstMs && value <= lastMs ? Math.floor(value) : null;

/** The facts about a response that the logs of most agents contain. */
export interface PlainUsage {
  readonly vendor: string;
  readonly model: string;
  readonly isFast?: boolean;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** The part of `cacheWrite` that is kept for an hour. */
  readonly cacheWrite1h?: number;
  readonly reportedCostUsd?: number | null;
}

/** Returns the usage of a response at the standard price, null if a count is not a whole number of at least 0. */
export function toUsage({
  vendor,
  model,
  isFast = false,
  input,
  output,
  cacheRead,
  cacheWrite,
  cacheWrite1h = 0,
  reportedCostUsd = null,
}: PlainUsage): Usage | null {
  const usage: Usage = {
    vendor,
    model,
    isFast,
    isUs: false,
    isBatch: false,
    reportedCostUsd,
    input,
    output,
    cacheWrite5m: Math.max(0, cacheWrite - cacheWrite1h),
    cacheWrite1h,
    cacheRead,
    webSearches: 0,
  };
  // Differences of counts may be negative.
  const isValid =
    isCount(input) &&
    isCount(output) &&
    isCount(cacheRead) &&
    isCount(cacheWrite) &&
    isCount(cacheWrite1h) &&
    Number.isSafeInteger(totalTokens(usage));
  return isValid ? usage : null;
}

/** Returns the value of a line, or undefined if it is not JSON. */
export function parseJsonLine(bytes: Buffer, start: number, end: number): unknown {
  const hasByteOrderMark = bytes[start] === 0xef && bytes[start + 1] === 0xbb;
  try {
    // Latin-1 is by far the cheapest to decode, and most of the few strings that are retained are ASCII.
    return JSON.parse(bytes.toString('latin1', hasByteOrderMark ? start + 3 : start, end));
  } catch {
    return undefined;
  }
}

/** Returns the value of a text, which may start with a byte order mark, or undefined if it is not JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}
