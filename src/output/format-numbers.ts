/** Returns a number in short form: `812`, `1.2k`, `34k`, `1.2M`, `3.4G`. */
export function formatCount(number: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let [scaled, unit] = [number, 0];
  // 999.5 would be rounded to four digits.
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && scaled < 9.95 ? 1 : 0;
  return `${scaled.toFixed(digits)}${units[unit] ?? ''}`;
}

/** Returns `$4.10` for the stored form `"4.100000"`. */
export const formatUsd = (money: string): string => `$${Number(money).toFixed(2)}`;

/** `formatUsd`, or `-` for an unknown amount. */
export const usdOrDash = (money: string | null): string =>
  money === null ? '-' : formatUsd(money);

/** Returns `$4.10` for 4,100,000 millionths of a dollar, `-$4.10` for a negative amount. */
export const formatMicros = (micros: number): string =>
  `${micros < -4999 ? '-' : ''}$${(Math.abs(micros) / 1e6).toFixed(2)}`;

/** `formatMicros`, or `-` for an unknown amount. */
export const microsOrDash = (micros: number | null): string =>
  micros === null ? '-' : formatMicros(micros);
