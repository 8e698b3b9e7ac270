import { afterEach, expect, test, vi } from 'vitest';
import { parseCron } from '../../../src/util/cron.ts';
import { nextCronTime } from '../../../src/util/cron-times.ts';
import { calendarExamples } from '../../helpers/calendar-examples.ts';
import { clockChanges, oracleTimes, type ClockChange } from '../../helpers/calendar-oracle.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Returns the times of an expression in minutes since 1970. */
function dueTimes(expression: string, { from, to }: ClockChange): readonly number[] {
  const cron = parseCron(expression);
  const times: number[] = [];
  let at = nextCronTime(cron, from);
  while (at !== null && at < to) {
    times.push(at.getTime() / 60_000);
    at = nextCronTime(cron, at);
  }
  return times;
}

test('the list of calendar expressions has 60 different ones', () => {
  expect(new Set(calendarExamples).size).toBe(60);
});

test.each(clockChanges)(
  'nextCronTime returns the times of croner in the days around the change of the clock in $zone',
  (change) => {
    vi.stubEnv('TZ', change.zone);
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(change.zone);
    const wrong = calendarExamples.filter(
      (expression) =>
        JSON.stringify(dueTimes(expression, change)) !==
        JSON.stringify(oracleTimes(expression, change)),
    );
    expect(wrong).toEqual([]);
  },
);
