import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { niceScale, paddedRange } from '../../../src/report/view/charts/scale.ts';

const across = { start: 200, end: 0 };

describe('niceScale', () => {
  test('uses steps of 1, 2, 2.5 or 5 times a power of ten', () => {
    const ticks = (high: number): readonly number[] => niceScale({ low: 0, high }, across).ticks;
    expect(ticks(17)).toEqual([0, 5, 10, 15, 20]);
    expect(ticks(8)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks(10)).toEqual([0, 2.5, 5, 7.5, 10]);
    expect(ticks(0.9)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(ticks(400_000)).toEqual([0, 100_000, 200_000, 300_000, 400_000]);
  });

  test('uses integer steps when isCounted is set', () => {
    const { ticks } = niceScale({ low: 0, high: 7 }, across, { count: 3, isCounted: true });
    expect(ticks).toEqual([0, 5, 10]);
    const few = niceScale({ low: 0, high: 2 }, across, { count: 3, isCounted: true });
    expect(few.ticks).toEqual([0, 1, 2]);
  });

  test('maps all values into its range and has 2 to 7 ticks', () => {
    const value = fc.integer({ min: 0, max: 1e15 }).map((micros) => micros / 1e6);
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const { ticks, position: place } = niceScale({ low, high }, across);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const inside of [low, high]) {
          expect(place(inside)).toBeGreaterThanOrEqual(-0.01);
          expect(place(inside)).toBeLessThanOrEqual(200.01);
        }
      }),
    );
  });
});

test('paddedRange adds room around the values instead of starting at 0', () => {
  const limits = { min: 0, max: 100, least: 4 };
  expect(paddedRange([70, 80], limits)).toEqual({ low: 68.5, high: 81.5 });
  expect(paddedRange([75, 75], limits)).toEqual({ low: 73, high: 77 });
  expect(paddedRange([0, 100], limits)).toEqual({ low: 0, high: 100 });
});
