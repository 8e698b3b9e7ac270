/** Maps values to coordinates. */
export interface Scale {
  readonly ticks: readonly number[];
  readonly position: (value: number) => number;
}

const steps = [1, 2, 2.5, 5, 10];

/**
 * Returns a scale from `start` to `end` for the values `low` to `high`, extended to multiples of a step of 1, 2,
 * 2.5 or 5 times a power of ten. With `isCounted`, the step is an integer.
 */
export function niceScale(
  { low, high }: { readonly low: number; readonly high: number },
  { start, end }: { readonly start: number; readonly end: number },
  { count = 4, isCounted = false }: { readonly count?: number; readonly isCounted?: boolean } = {},
): Scale {
  // A smaller span would exceed the precision of numbers.
  const span = high === low ? Math.abs(high) || 1 : Math.max(high - low, Math.abs(high) * 1e-6);
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    steps
      .map((one) => one * power)
      .find((one) => one >= rough * 0.999 && (!isCounted || Number.isInteger(one))) ?? 10 * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const [bottom = 0, top = 1] = [ticks[0], ticks.at(-1)];
  return {
    ticks,
    position: (value) => start + ((value - bottom) / (top - bottom)) * (end - start),
  };
}

/** Returns the range of a line chart: around the values, because a trend looks flat on an axis from 0. */
export function paddedRange(
  values: readonly number[],
  { min, max, least }: { readonly min: number; readonly max: number; readonly least: number },
): { readonly low: number; readonly high: number } {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max((high - low) * 0.15, (least - (high - low)) / 2, 0);
  return { low: Math.max(min, low - room), high: Math.min(max, high + room) };
}

/** Rounds a coordinate to one decimal, which is the visible precision. */
export const round1 = (value: number): number => Math.round(value * 10) / 10;
