/**
 * Exact money, in 10^-12 US dollars: a price in dollars per million tokens has at most six decimals, so
 * that one token costs a whole number of these.
 */
export type Picodollars = bigint;

const perMicrodollar = 1_000_000n;

/** A price in dollars per million tokens as the price of one token; decimals beyond the sixth are rounded. */
export const priceOfOne = (dollarsPerMillion: number): Picodollars =>
  BigInt(Math.round(dollarsPerMillion * 1e6));

/** Dollars with six places, half a microdollar rounded away from zero: `"396.979209"`. */
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
 * A decimal, such as `"-123.45"` or `"1e-7"`, that counts dollars divided by 10^`places` (2 for cents), by moving
 * the point. Digits below 10^-12 dollars are cut off. Throws when it is no decimal.
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
