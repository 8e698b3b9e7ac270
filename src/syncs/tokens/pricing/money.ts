/**
 * An exact amount in 10^-12 US dollars. A price in dollars per million tokens has at most six decimals, so
 * that one token costs a whole number of these.
 */
export type Picodollars = bigint;

const perMicrodollar = 1_000_000n;

/** Converts dollars per million tokens to the price of a token, rounded to the sixth decimal of the dollars. */
export const pricePerToken = (dollarsPerMillion: number): Picodollars =>
  BigInt(Math.round(dollarsPerMillion * 1e6));

/** Returns dollars with six decimals, rounded half away from zero, for example `"396.979209"`. */
export function formatDollars(cost: Picodollars): string {
  const size = cost < 0n ? -cost : cost;
  const microdollars = (size + perMicrodollar / 2n) / perMicrodollar;
  const digits = microdollars.toString().padStart(7, '0');
  const sign = cost < 0n && microdollars > 0n ? '-' : '';
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** The inverse of `formatDollars`. */
export const parseDollars = (text: string): Picodollars => parseAmount(text, 0);

/**
 * Parses a decimal, such as `"-123.45"` or `"1e-7"`, in units of 10^-`places` dollars (2 for cents), by moving the
 * point. Digits below 10^-12 dollars are truncated. Throws for an invalid decimal.
 */
export function parseAmount(text: string, places: number): Picodollars {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) throw new Error('not a decimal number');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = 12 - places + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const size = shift < 0 ? digits / 10n ** BigInt(-shift) : digits * 10n ** BigInt(shift);
  return sign === '-' ? -size : size;
}
