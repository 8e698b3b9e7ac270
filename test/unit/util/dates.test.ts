import { expect, test } from 'vitest';
import { endOfDay } from '../../../src/util/dates.ts';

test.each([
  ['UTC', '2026-11-29T00:00:00.000Z'],
  ['Europe/Berlin', '2026-11-28T23:00:00.000Z'],
  ['Asia/Kathmandu', '2026-11-28T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2026-11-28T10:00:00.000Z'],
  ['Etc/GMT+12', '2026-11-29T12:00:00.000Z'],
])('endOfDay in %s returns %s', (timeZone, expected) => {
  expect(endOfDay('2026-11-28', timeZone)).toBe(expected);
});
