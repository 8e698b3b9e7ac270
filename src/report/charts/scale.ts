/** Where a value lies on an axis. */
export interface Scale {
  readonly ticks: readonly number[];
  readonly place: (value: number) => number;
}

const steps = [1, 2, 2.5, 5, 10];

/**
 * An axis over the values from `low` to `high`, rounded outwards to whole steps of 1, 2, 2.5 or 5 times a
 * power of ten, drawn from `start` to `end`. What is counted has whole steps.
 */
export function niceScale(
  { low, high }: { readonly low: number; readonly high: number },
  { start, end }: { readonly start: number; readonly end: number },
  { count = 4, isCounted = false }: { readonly count?: number; readonly isCounted?: boolean } = {},
): Scale {
  // A millionth of the values is less than an axis can tell, or a number hold.
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
    place: (value) => start + ((value - bottom) / (top - bottom)) * (end - start),
  };
}

/** Limits for a line: around its values with some room, because a trend is flat when seen from 0. */
export function padded(
  values: readonly number[],
  { min, max, least }: { readonly min: number; readonly max: number; readonly least: number },
): { readonly low: number; readonly high: number } {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max((high - low) * 0.15, (least - (high - low)) / 2, 0);
  return { low: Math.max(min, low - room), high: Math.min(max, high + room) };
}

/** A coordinate with at most one decimal: what an eye can see. */
export const at = (value: number): number => Math.round(value * 10) / 10;
