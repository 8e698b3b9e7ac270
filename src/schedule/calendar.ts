import type { Tick } from './scheduler.ts';

const minutesOfDay = 1440;

/** Intervals that a cron line repeats exactly within each hour, also when the clocks change. */
const withinTheHour = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1] as const;

/** Intervals that a cron line repeats exactly over a day of 24 hours. */
const withinTheDay = [1440, 720, 480, 360, 240, 180, 120, ...withinTheHour] as const;

/** One cron line. With `dueCheck` it starts more often than the job is due. */
export interface CronTick {
  readonly expression: string;
  readonly minutes: number;
  readonly dueCheck: boolean;
}

/**
 * Returns the coarsest cron line that includes every start of an interval of 1 to 1440 minutes.
 *
 * In local time only lines with `*` for the hour keep their spacing when the clocks change: a list of hours
 * has a gap of 150 minutes for an interval of 90. An interval that does not divide an hour therefore gets a
 * finer tick, and the due-check passes every n-th start. With `clock: 'utc'` whole hours are safe too.
 */
export function cronTick(intervalMinutes: number, clock: 'local' | 'utc'): CronTick {
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

/** Returns the next start of a cron line in local time after `after`. */
export function nextCronStart(tickMinutes: number, after: Date): Date {
  const next = new Date(Math.floor(after.getTime() / 60_000) * 60_000);
  do next.setTime(next.getTime() + 60_000);
  while (next.getMinutes() % tickMinutes !== 0);
  return next;
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
 * Returns an interval for timers that count seconds. One of more than an hour is divided into equal parts of
 * at most an hour with the due-check, because such timers stop while the machine sleeps.
 */
export function secondsTick(intervalMinutes: number): Tick {
  const seconds = intervalMinutes * 60;
  let parts = Math.ceil(seconds / 3600);
  while (seconds % parts !== 0) parts += 1;
  return { seconds: seconds / parts, dueCheck: parts > 1 };
}

const two = (value: number): string => String(value).padStart(2, '0');

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}
