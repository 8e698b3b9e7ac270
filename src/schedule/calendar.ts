import type { Cron } from '../util/cron.ts';
import type { Tick } from './scheduler.ts';

const minutesOfDay = 1440;

/** Intervals that a cron line repeats exactly within each hour, also when the clocks change. */
const withinTheHour = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1] as const;

/** Intervals that a cron line repeats exactly over a day of 24 hours. */
const withinTheDay = [1440, 720, 480, 360, 240, 180, 120, ...withinTheHour] as const;

/** One cron line, and how often it starts the job. */
export interface CronTick extends Tick {
  readonly expression: string;
}

/**
 * Returns the coarsest cron line that includes every start of an interval of 1 to 1440 minutes.
 *
 * In local time only lines with `*` for the hour keep their spacing when the clocks change: a list of hours
 * has a gap of 150 minutes for an interval of 90. An interval that does not divide an hour therefore gets a
 * finer tick, and the due-check passes every n-th start. With `clock: 'utc'` whole hours are safe too.
 */
export function cronTick(
  intervalMinutes: number,
  clock: 'local' | 'utc',
): CronTick & { readonly minutes: number } {
  const choices = clock === 'local' ? withinTheHour : withinTheDay;
  const minutes = choices.find((choice) => intervalMinutes % choice === 0) ?? 1;
  return {
    expression: cronExpression(minutes),
    minutes,
    dueCheck: minutes !== intervalMinutes,
  };
}

function cronExpression(minutes: number): string {
  if (minutes === 1) return '* * * * *';
  if (minutes < 60) return `*/${String(minutes)} * * * *`;
  if (minutes === 60) return '0 * * * *';
  return minutes === minutesOfDay ? '0 0 * * *' : `0 */${String(minutes / 60)} * * *`;
}

/**
 * Returns an interval as systemd calendar expressions in UTC, where every day has 24 hours, or null if it
 * does not divide a day. Minutes that differ from hour to hour need several expressions: 45 is `00/3:00,45`,
 * `01/3:30`, `02/3:15`.
 */
export function calendarExpressions(intervalMinutes: number): readonly string[] | null {
  if (minutesOfDay % intervalMinutes !== 0) return null;
  if (intervalMinutes < 60 && 60 % intervalMinutes === 0) {
    return [`*-*-* *:00/${String(intervalMinutes)}:00 UTC`];
  }
  // Hours until the minutes repeat; divides 24.
  const period = leastCommonMultiple(intervalMinutes, 60) / 60;
  return Array.from({ length: period }, (_, hour) => hour).flatMap((hour) => {
    const minutes = Array.from({ length: 60 }, (_, minute) => minute).filter(
      (minute) => (hour * 60 + minute) % intervalMinutes === 0,
    );
    if (minutes.length === 0) return [];
    const hours = period === 24 ? two(hour) : `${two(hour)}/${String(period)}`;
    return [`*-*-* ${hours}:${minutes.map(two).join(',')}:00 UTC`];
  });
}

/**
 * Returns the times of a cron expression as systemd calendar expressions in local time. A date matches a calendar
 * expression if both kinds of days match, so that two kinds need two expressions.
 */
export function onCalendar(cron: Cron): readonly string[] {
  const { minutes, hours, months, daysOfMonth, daysOfWeek } = cron;
  const list = (values: readonly number[] | null): string => values?.map(two).join(',') ?? '*';
  const time = `${list(hours)}:${list(minutes)}:00`;
  const month = list(months);
  const weekdays = daysOfWeek?.map((day) => weekdayNames[day]).join(',') ?? '';
  return [
    ...(daysOfWeek ? [`${weekdays} *-${month}-* ${time}`] : []),
    ...(daysOfMonth || !daysOfWeek ? [`*-${month}-${list(daysOfMonth)} ${time}`] : []),
  ];
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}
