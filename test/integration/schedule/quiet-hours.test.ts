import { afterEach, expect, test, vi } from 'vitest';
import { afterQuietHours, nextDueAfter } from '../../../src/config/timing.ts';
import { parseCron } from '../../../src/util/cron.ts';
import { nextCronTime } from '../../../src/util/cron-times.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('nextDueAfter returns null instead of searching forever when every time is in the quiet hours', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  const after = new Date('2026-03-28T12:00:00Z');
  expect(nextDueAfter('* 22-23,0-6 * * *', '22:00-07:00', after)).toBeNull();
  expect(nextDueAfter('15 2 * * *', '02:00-03:01', after)).toBeNull();
});

test('nextCronTime returns null for an impossible date, and finds 29 February across 2100', () => {
  const never = { ...parseCron('0 0 29 2 *'), daysOfMonth: [30] };
  const after = new Date('2096-03-01T00:00:00Z');
  expect(nextCronTime(never, after)).toBeNull();
  expect(nextCronTime({ ...never, followsClock: true }, after)).toBeNull();
  expect(nextCronTime(parseCron('0 12 29 2 *'), after)?.getUTCFullYear()).toBe(2104);
});

test.each([
  // The clock skips 2:00 to 3:00: a fixed time in the gap is due at its end, which is not quiet.
  ['30 2 * * *', '02:00-03:00', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
  ['*/30 * * * *', '02:00-03:00', '2026-03-29T00:30:00Z', '2026-03-29T01:00:00.000Z'],
  ['*/30 * * * *', '01:30-02:30', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00.000Z'],
  // The clock shows 2:00 to 3:00 twice: both times are quiet.
  ['*/30 * * * *', '02:00-03:00', '2026-10-24T23:30:00Z', '2026-10-25T02:00:00.000Z'],
  ['*/30 * * * *', '01:00-02:30', '2026-10-24T22:30:00Z', '2026-10-25T00:30:00.000Z'],
  ['*/30 * * * *', '01:00-02:30', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00.000Z'],
])('%s is due after the quiet hours %s across a change of the clock', (cron, quiet, after, due) => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  expect(nextDueAfter(cron, quiet, new Date(after))?.toISOString()).toBe(due);
});

test('afterQuietHours ends at the second 2:30 in the repeated hour, and not a day later', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  const end = afterQuietHours(new Date('2026-10-25T01:10:00Z'), '01:00-02:30');
  expect(end.toISOString()).toBe('2026-10-25T01:30:00.000Z');
});
