import { expect, test } from 'vitest';
import { formatRelative } from '../../../src/output/format-time.ts';

const now = new Date('2026-11-23T08:00:00Z');
const after = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);

test.each([
  [-134, '1 s ago'],
  [-12_400, '12 s ago'],
  [0, '1 s ago'],
  // Times are rounded to seconds, at least one.
  [1, 'in 1 s'],
  [946, 'in 1 s'],
  [58_500, 'in 59 s'],
  [7 * 60_000, 'in 7 min'],
  [3 * 3_600_000, 'in 3 h'],
  [-72 * 3_600_000, '3 days ago'],
])('formatRelative formats %d ms from now as %s', (milliseconds, text) => {
  expect(formatRelative(after(milliseconds), now)).toBe(text);
});
