/**
 * Exact money, in 10^-12 US dollars: a price in dollars per million tokens has at most six decimals, so
 * that one token costs a whole number of these.
 */
export type Picodollars = bigint;

const perMicrodollar = 1_000_000n;
const microdollarsPerDollar = 1_000_000n;

/** A price in dollars per million tokens as the price of one token; decimals beyond the sixth are rounded. */
export const priceOfOne = (dollarsPerMillion: number): Picodollars =>
  BigInt(Math.round(dollarsPerMillion * 1e6));

/** Dollars with six places, half a microdollar rounded up: `"396.979209"`. */
export function formatDollars(cost: Picodollars): string {
  const microdollars = (cost + perMicrodollar / 2n) / perMicrodollar;
  const digits = microdollars.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** The inverse of `formatDollars`, for amounts that are not negative. */
export function parseDollars(text: string): Picodollars {
  const [whole = '0', fraction = ''] = text.split('.');
  const microdollars =
    BigInt(whole) * microdollarsPerDollar + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return microdollars * perMicrodollar;
}
