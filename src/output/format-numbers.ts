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
